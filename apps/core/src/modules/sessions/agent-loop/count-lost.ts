import { withTenant } from "../../../platform/database/database.ts";
import { type RecordedUsage, recordUsage } from "../../billing/index.ts";
import type { LostUsage } from "../../providers/contract.ts";
import { changeSession } from "../change-session.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { addUsage } from "../repo.ts";

/** What a call that broke off has cost stands in the ledger already; the session's sums have it too, whoever owns the turn now. */
export async function countLost(key: TurnKey, lost: LostUsage | undefined): Promise<void> {
  if (!lost) return;
  const { usage, costMicros } = lost;
  await changeSession(key, async (change) =>
    change.append([{ type: "session.updated", data: await addUsage(change.tx, key, { ...usage, costMicros }) }]),
  );
}

/** A whole answer that came too late: the turn was stopped or taken over while it was written. It was paid for; whoever took the turn over may have counted it already. */
export async function countUnwritten(key: TurnKey, use: RecordedUsage): Promise<void> {
  const isNew = await withTenant(key.workspaceId, (tx) => recordUsage(tx, use));
  if (isNew) await countLost(key, { usage: use, costMicros: use.costMicros });
}
