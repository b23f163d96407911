import { withTenant } from "../../../platform/database/database.ts";
import { abortChildren } from "../abort-session.ts";
import { stoppedCallError, type ToolPart } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { findTurnMessages } from "../message-repo.ts";
import { getSessionRecord } from "../repo.ts";
import { toolPartsOf } from "./begin-model-step.ts";
import { holdSandbox, releaseSandbox } from "./held-sandbox.ts";
import { settleDiff } from "./update-diff.ts";

/**
 * After a turn was stopped: kills what still runs for it, which its worker has done unless it died, and looks what the
 * session has changed up to then.
 */
export async function settleAbortedTurn(key: TurnKey): Promise<void> {
  // Whoever stopped it may have died before its sub-agents were stopped.
  await abortChildren(key, key.turnId);
  const [session, messages] = await withTenant(
    key.workspaceId,
    async (tx) => [await getSessionRecord(tx, key), await findTurnMessages(tx, key)] as const,
  );
  // Its sandbox was never filled, or is removed with all that runs in it.
  if (session.baseCommit === null || session.archivedAt !== null) return releaseSandbox(key);
  const { sandbox } = await holdSandbox(key);
  const wasRunning = (part: ToolPart) => part.tool === "bash" && part.startedAt !== null && part.error === stoppedCallError;
  const orphans = messages.flatMap(toolPartsOf).filter(wasRunning);
  // The journal answers with the execution that the call id has; the command given here is never run beside it.
  await Promise.all(
    orphans.map(({ callId }) => sandbox.exec({ callId, command: "true", timeoutMs: 1_000 }, { signal: AbortSignal.abort() })),
  );
  await settleDiff(key, messages.findLast((message) => message.role === "assistant")?.id ?? null);
  await releaseSandbox(key);
}
