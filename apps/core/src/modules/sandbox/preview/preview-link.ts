import { withTenant } from "../../../platform/database/database.ts";
import { env } from "../../../platform/env.ts";
import { AppError, notFound } from "../../../platform/errors.ts";
import type { UserId } from "../../../platform/ids.ts";
import { callWorker } from "../../../platform/internal-call.ts";
import { limits } from "../../../platform/limits.ts";
import { originOf } from "../../../platform/machines/workers.ts";
import { recordAudit } from "../../tenancy/index.ts";
import { sandboxIdOf } from "../open-sandbox.ts";
import { findSandbox, sandboxOwner } from "../repo.ts";
import type { SessionKey } from "../terminal/sandbox-link.ts";
import { portsAnswerSchema, type SandboxCall, sandboxCallPath } from "../terminal/worker-calls.ts";
import { previewAddressProblem, previewOrigin } from "./preview-address.ts";
import { signGrant } from "./preview-token.ts";

export interface SandboxPorts {
  /** false: the sandbox sleeps or was never made, and nothing can listen */
  readonly awake: boolean;
  readonly ports: readonly number[];
  /** why none of them can be looked at from a browser, or null */
  readonly previewProblem: string | null;
}

/** On which ports something listens in the session's sandbox. It is not woken for that. */
export async function listSandboxPorts({ workspaceId, sessionId }: SessionKey): Promise<SandboxPorts> {
  const row = await withTenant(workspaceId, async (tx) => {
    const owner = await sandboxOwner(tx, { workspaceId, sessionId });
    if (!owner) throw notFound("The session");
    return findSandbox(tx, { id: sandboxIdOf(owner), workspaceId });
  });
  const previewProblem = problem();
  if (!row || row.state === "destroyed" || row.state === "hibernated") return { awake: false, ports: [], previewProblem };
  const call: SandboxCall = { call: "ports", workspaceId, sessionId };
  const options = { timeoutMs: limits.preview.tunnelTimeoutMs, origin: await originOf(row.machineId) };
  return { ...portsAnswerSchema.parse(await callWorker(sandboxCallPath, call, options)), previewProblem };
}

/** An address at which this member, once and within a minute, begins to look at a port of the session's sandbox. */
export async function createPreviewLink(input: SessionKey & { userId: UserId; port: number }): Promise<{ url: string }> {
  const { workspaceId, sessionId, userId, port } = input;
  const why = problem();
  const base = env().PREVIEW_URL;
  if (why !== null || !base) throw new AppError("UNAVAILABLE", why ?? "PREVIEW_URL is not set.");
  const sandboxId = await withTenant(workspaceId, async (tx) => {
    const owner = await sandboxOwner(tx, { workspaceId, sessionId });
    if (!owner) throw notFound("The session");
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId: userId,
      action: "previews.open",
      subjectId: sessionId,
      data: { port },
    });
    return sandboxIdOf(owner);
  });
  const token = signGrant({ kind: "link", workspaceId, sessionId, sandboxId, port, userId, expiresAt: Date.now() + limits.preview.linkMs });
  return { url: `${previewOrigin(base, { sandboxId, port })}/.opencode/enter?token=${token}` };
}

function problem(): string | null {
  const { PREVIEW_URL, PUBLIC_URL } = env();
  if (!PREVIEW_URL) return "Previews need an address of their own: set PREVIEW_URL (see .env.example).";
  return previewAddressProblem(PREVIEW_URL, PUBLIC_URL);
}
