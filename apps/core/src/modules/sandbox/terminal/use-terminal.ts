import { withTenant } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import { callWorker } from "../../../platform/internal-call.ts";
import { limits } from "../../../platform/limits.ts";
import { originOf } from "../../../platform/machines/workers.ts";
import { type AuditRecord, recordAudit } from "../../tenancy/index.ts";
import { sandboxIdOf } from "../open-sandbox.ts";
import { findSandbox, type SandboxRow, sandboxOwner } from "../repo.ts";
import { type TerminalAction, type TerminalOutput, terminalOutputSchema } from "./contract.ts";
import type { SessionKey } from "./sandbox-link.ts";
import { type SandboxCall, sandboxCallPath, terminalDoneSchema } from "./worker-calls.ts";

const callMs = 60_000;

/**
 * What a member does at a terminal of the session, carried out by the worker that holds its sandbox. Opening and closing is
 * audited; what is typed is not kept. Answers whether there is a sandbox at all: a session gets one with its first prompt.
 */
export async function useTerminal(
  input: SessionKey & { actor: { kind: AuditRecord["actorKind"]; id: string }; name: string; action: TerminalAction },
): Promise<{ state: "none" | "open"; created: boolean }> {
  const { workspaceId, sessionId, name, action, actor } = input;
  const held = await findHeld(input);
  if (!held) return { state: "none", created: false };
  const call: SandboxCall = { call: "terminal", workspaceId, sessionId, name, action };
  const origin = await originOf(held.machineId);
  const { created } = terminalDoneSchema.parse(await callWorker(sandboxCallPath, call, { timeoutMs: callMs, origin }));
  if (created || action.kind === "close") {
    await withTenant(workspaceId, (tx) =>
      recordAudit(tx, {
        workspaceId,
        actorKind: actor.kind,
        actorId: actor.id,
        action: `terminal.${action.kind}`,
        subjectId: sessionId,
        data: { name },
      }),
    );
  }
  return { state: "open", created };
}

/** The terminal's output after an offset: at once where there is some, else as soon as there is, or empty after a while. */
export async function readTerminal(
  input: SessionKey & { name: string; shell: string; after: number; signal: AbortSignal },
): Promise<TerminalOutput> {
  const { signal, workspaceId, sessionId, name, shell, after } = input;
  const held = await findHeld(input);
  if (!held) return { state: "none", shell: "", offset: 0, data: "", exitCode: null };
  const call: SandboxCall = { call: "output", workspaceId, sessionId, name, shell, after, waitMs: limits.terminal.waitMs };
  const options = { signal, timeoutMs: limits.terminal.waitMs + callMs, origin: await originOf(held.machineId) };
  return terminalOutputSchema.parse(await callWorker(sandboxCallPath, call, options));
}

/** The sandbox, where there is one to be looked at. Throws NOT_FOUND for a foreign session. */
async function findHeld({ workspaceId, sessionId }: SessionKey): Promise<SandboxRow | null> {
  return withTenant(workspaceId, async (tx) => {
    const owner = await sandboxOwner(tx, { workspaceId, sessionId });
    if (!owner) throw notFound("The session");
    const row = await findSandbox(tx, { id: sandboxIdOf(owner), workspaceId });
    return row?.handle.filled === true && row.state !== "destroyed" ? row : null;
  });
}
