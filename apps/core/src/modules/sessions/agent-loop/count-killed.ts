import { withTenant } from "../../../platform/database/database.ts";
import type { PartId } from "../../../platform/ids.ts";
import { type RecordedUsage, recordUsage } from "../../billing/index.ts";
import type { ModelRequest } from "../../providers/contract.ts";
import { estimateKilled } from "../../providers/index.ts";
import type { Part, SessionEventBody } from "../contract.ts";
import { readDeltas } from "../event-log-repo.ts";
import { addUsage } from "../repo.ts";
import type { HeldTurn } from "./hold-turn.ts";

/** A model call whose process died, or lost its turn, before it could write the answer's end. */
export interface KilledCall {
  readonly usageId: string;
  readonly model: string;
  /** characters of its answer that stand in whole parts */
  readonly wholeChars: number;
  /** parts whose text stands in deltas yet */
  readonly openIds: readonly PartId[];
}

/** The name of a model call's entry in the ledger: that of the part that begins it in the log. */
export const usageIdOf = (startId: PartId): string => startId.replace(/^prt_/, "use_");

/** The call that was under way when a message was left half written: a message has one at a time. */
export function findKilled(parts: readonly Part[]): KilledCall[] {
  const start = parts.findLast((part) => part.type === "step-start");
  if (!start) return [];
  const said = parts.filter((part) => part.ordinal > start.ordinal);
  const openIds = said.filter((part) => (part.type === "text" || part.type === "reasoning") && part.endedAt === null);
  return [
    {
      usageId: usageIdOf(start.id),
      model: start.model,
      wholeChars: said.reduce((sum, part) => sum + charsOf(part), 0),
      openIds: openIds.map(({ id }) => id),
    },
  ];
}

function charsOf(part: Part): number {
  if (part.type === "text" || part.type === "reasoning") return part.text.length;
  return part.type === "tool" ? part.tool.length + JSON.stringify(part.input ?? "").length : 0;
}

/**
 * Opens a step's message anew, and in the same transaction counts what the calls that died in it have cost. Once: each
 * has its name in the ledger, also for a process that was only held up and still counts its own. False: the fence is lost.
 */
export async function openAndCountKilled(
  turn: HeldTurn,
  opening: readonly SessionEventBody[],
  killed: readonly KilledCall[],
  request: ModelRequest,
): Promise<boolean> {
  const { workspaceId, sessionId, turnId } = turn.key;
  const uses: RecordedUsage[] = [];
  for (const { usageId: id, model, wholeChars, openIds } of killed) {
    const deltas = await withTenant(workspaceId, (tx) => readDeltas(tx, turn.key, openIds));
    const outputChars = deltas.reduce((sum, { delta }) => sum + delta.length, wholeChars);
    const cost = await estimateKilled({ workspaceId, sessionId, model, request, outputChars });
    if (cost)
      uses.push({ id, workspaceId, sessionId, turnId, model, ...cost.usage, costMicros: cost.costMicros, priceKnown: cost.priceKnown });
  }
  return turn.writer.write(opening, async (change) => {
    for (const use of uses) {
      if (await recordUsage(change.tx, use)) {
        await change.append([{ type: "session.updated", data: await addUsage(change.tx, turn.key, use) }]);
      }
    }
  });
}
