import { findViewer, readSessionToken } from "@opencode/core/modules/auth/index.ts";
import type { Actor } from "@opencode/core/modules/sessions/contract.ts";
import { type ApiKeyScope, findApiKey, findMembershipBySlug, type Permission, roleMay } from "@opencode/core/modules/tenancy/index.ts";
import { AppError, notFound } from "@opencode/core/platform/errors.ts";
import type { WorkspaceId } from "@opencode/core/platform/ids.ts";
import { originOf } from "../http/origin-of.ts";

/** Who asks, proved for this request. */
export interface RestCaller {
  readonly workspaceId: WorkspaceId;
  readonly actor: Actor;
}

export interface Access {
  /** what an API key needs */
  readonly scope: ApiKeyScope;
  /** what a member's role needs */
  readonly permission: Permission;
}

async function byApiKey(authorization: string, access: Access, slug: string | null): Promise<RestCaller> {
  const key = /^Bearer +(oc_[\w-]{20,100})$/i.exec(authorization)?.[1];
  const found = key ? await findApiKey(key) : null;
  if (!found) {
    throw new AppError(
      "UNAUTHENTICATED",
      "This API key is unknown, revoked or expired. Make one in the workspace's settings; send it as `Authorization: Bearer oc_…`.",
    );
  }
  if (slug !== null && slug !== found.workspaceSlug) throw notFound("This workspace");
  if (!found.scopes.includes(access.scope)) {
    throw new AppError("FORBIDDEN", `This API key lacks the scope ${access.scope}. Make one that has it in the workspace's settings.`);
  }
  return { workspaceId: found.workspaceId, actor: { kind: "api_key", id: found.apiKeyId } };
}

async function byCookie(request: Request, access: Access, slug: string | null): Promise<RestCaller> {
  const token = readSessionToken(request.headers.get("cookie"));
  const viewer = token ? await findViewer(token) : null;
  if (!viewer) throw new AppError("UNAUTHENTICATED", "Sign in, or send an API key as `Authorization: Bearer oc_…`.");
  // A cookie comes with requests that other sites make; what changes something has to come from our own pages.
  if (request.method !== "GET" && originOf(request.headers) !== "same-origin") {
    throw new AppError("FORBIDDEN", "With a cookie this can be called only from the product's own pages. Use an API key.");
  }
  if (slug === null) throw new AppError("BAD_REQUEST", "Name the workspace: `?workspace=<slug>`.");
  const membership = await findMembershipBySlug(viewer.id, slug);
  if (!membership) throw notFound("This workspace");
  if (!roleMay(membership.role, access.permission)) {
    throw new AppError("FORBIDDEN", `Your role (${membership.role}) may not do this. Ask an owner or admin of the workspace.`);
  }
  return { workspaceId: membership.workspaceId, actor: { kind: "user", id: viewer.id } };
}

/** The caller, by API key or by the browser's cookie and `?workspace=`. Rejects: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export async function authenticate(request: Request, access: Access): Promise<RestCaller> {
  const slug = new URL(request.url).searchParams.get("workspace") ?? request.headers.get("x-workspace");
  const authorization = request.headers.get("authorization");
  return authorization === null ? byCookie(request, access, slug) : byApiKey(authorization, access, slug);
}
