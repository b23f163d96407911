import { withTenant } from "../../../platform/database/database.ts";
import type { SessionId } from "../../../platform/ids.ts";
import { type PermissionRequestView, type SessionState, sessionStateSchema, type TurnState, turnStateSchema } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { toRequestView } from "../message-repo.ts";
import { getSessionRecord } from "../repo.ts";
import { callIdOf, findDescendants, findLastLines } from "./child-repo.ts";

/** A sub-agent at work for a session, or for one of its sub-agents. */
export interface ChildView {
  readonly sessionId: SessionId;
  readonly parentSessionId: SessionId;
  /** the calls of the parent's that it worked for: one for each turn */
  readonly calls: readonly { readonly callId: string; readonly state: TurnState; readonly steps: number }[];
  readonly title: string;
  readonly agent: string;
  readonly model: string;
  readonly state: SessionState;
  readonly depth: number;
  readonly costMicros: number;
  readonly tokens: number;
  readonly lastLine: string;
  /** what it asks for; answered in its own session */
  readonly requests: readonly PermissionRequestView[];
  readonly createdAt: Date;
}

/** All sub-agents below a session, oldest first. NOT_FOUND for a foreign session. */
export async function listChildren(key: SessionKey): Promise<ChildView[]> {
  return withTenant(key.workspaceId, async (tx) => {
    await getSessionRecord(tx, key);
    const rows = await findDescendants(tx, key);
    const lines = await findLastLines(
      tx,
      key.workspaceId,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => ({
      sessionId: row.id as SessionId,
      parentSessionId: row.parentSessionId as SessionId,
      calls: row.turns.flatMap(({ clientRequestId, state, stepCount }) => {
        const callId = callIdOf(clientRequestId);
        return callId ? [{ callId, state: turnStateSchema.parse(state), steps: stepCount }] : [];
      }),
      title: row.title,
      agent: row.agent,
      model: row.model,
      state: sessionStateSchema.parse(row.state),
      depth: row.depth,
      costMicros: Number(row.costMicros),
      tokens: row.inputTokens + row.outputTokens,
      lastLine: lines.get(row.id) ?? "",
      requests: row.permissionRequests.map(toRequestView),
      createdAt: row.createdAt,
    }));
  });
}
