import { randomBytes, timingSafeEqual } from "node:crypto";
import { auth } from "@modelcontextprotocol/client";
import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { hashToken } from "../../platform/secrets.ts";
import { recordAudit } from "../tenancy/index.ts";
import type { McpServerView } from "./contract.ts";
import { mcpErrorOf } from "./mcp-error.ts";
import { refreshTools } from "./refresh-tools.ts";
import { findServer, type McpServerRow, takeSignIn, updateServer } from "./repo.ts";
import { signInFetch } from "./server-fetch.ts";
import { toServerView } from "./server-view.ts";
import { signInStore } from "./sign-in-store.ts";

interface Connecting {
  readonly workspaceId: WorkspaceId;
  readonly actorId: UserId;
  readonly serverId: string;
}

async function requireHttpServer({ workspaceId, serverId }: Connecting): Promise<McpServerRow & { url: string }> {
  const row = await withTenant(workspaceId, (tx) => findServer(tx, { workspaceId, serverId }));
  if (!row || row.url === null) throw notFound("The server");
  return { ...row, url: row.url };
}

/**
 * Begins the sign-in at a server: the page of its authorization server that the person is to be sent to, or null when
 * the tokens that we have could be renewed without anybody. `slug` comes back in `state`, so that the page finds home.
 */
export async function startSignIn(input: Connecting & { readonly slug: string }): Promise<{ url: string | null }> {
  const row = await requireHttpServer(input);
  const secret = randomBytes(24).toString("base64url");
  const signInUntil = new Date(systemClock.now().getTime() + limits.mcp.signInValidMs);
  const key = { workspaceId: input.workspaceId, serverId: row.id, configHash: row.configHash };
  const isNoted = await withTenant(input.workspaceId, (tx) =>
    updateServer(tx, key, { signInHash: hashToken(secret), signInUserId: input.actorId, signInUntil }),
  );
  if (!isNoted) throw notFound("The server");
  let url: string | null = null;
  const store = signInStore(key, { state: `${input.slug}.${input.serverId}.${secret}`, onRedirect: (to) => (url = to.href) });
  try {
    await auth(store, { serverUrl: row.url, fetchFn: signInFetch });
  } catch (error) {
    throw new AppError("BAD_REQUEST", `${mcpErrorOf(error, row.name).message} The sign-in could not be begun.`, { cause: error });
  }
  if (url !== null && !/^https?:/.test(url)) throw new AppError("BAD_REQUEST", `${row.name} names a sign-in page that is no web address.`);
  if (url === null) await refreshTools(row, null);
  return { url };
}

/** Ends the sign-in with what the authorization server sent back; only for the person who began it, once, in time. */
export async function finishSignIn(
  input: Connecting & { readonly secret: string; readonly code: string; readonly iss: string | undefined },
): Promise<McpServerView> {
  const row = await requireHttpServer(input);
  const given = Buffer.from(hashToken(input.secret));
  const { signInHash, signInUserId, signInUntil } = row;
  const isOurs = signInHash !== null && timingSafeEqual(given, Buffer.from(signInHash)) && signInUserId === input.actorId;
  const isInTime = isOurs && signInUntil !== null && signInUntil >= systemClock.now();
  if (!isInTime || !(await withTenant(input.workspaceId, (tx) => takeSignIn(tx, input, signInHash)))) {
    throw new AppError("BAD_REQUEST", "This sign-in is too old, or was begun by somebody else. Begin it again from the settings.");
  }
  try {
    const options = { serverUrl: row.url, authorizationCode: input.code, fetchFn: signInFetch };
    const store = signInStore({ workspaceId: input.workspaceId, serverId: row.id, configHash: row.configHash });
    await auth(store, input.iss === undefined ? options : { ...options, iss: input.iss });
  } catch (error) {
    throw new AppError("BAD_REQUEST", `${mcpErrorOf(error, row.name).message} Begin the sign-in again.`, { cause: error });
  }
  await withTenant(input.workspaceId, (tx) =>
    recordAudit(tx, {
      ...{ workspaceId: input.workspaceId, actorKind: "user", actorId: input.actorId },
      ...{ action: "mcp.signIn", subjectId: row.id, data: { name: row.name } },
    }),
  );
  const fresh = await requireHttpServer(input);
  return toServerView(await refreshTools(fresh, null));
}
