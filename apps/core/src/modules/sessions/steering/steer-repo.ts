import type { Tx } from "../../../platform/database/database.ts";
import type { MessageId, SteerId, TurnId } from "../../../platform/ids.ts";
import { type SteerView, steerSchema } from "../contract.ts";
import { type SessionKey, sessionOf, type TurnKey, turnOf } from "../event-log-repo.ts";

interface SteerRow {
  id: string;
  turnId: string;
  messageId: string | null;
  text: string;
  pictures: unknown;
  state: string;
  clientRequestId: string | null;
  createdAt: Date;
}

function toSteerView(row: SteerRow): SteerView {
  return {
    id: row.id as SteerId,
    turnId: row.turnId as TurnId,
    messageId: row.messageId as MessageId | null,
    text: row.text,
    ...(row.pictures === null ? {} : { pictures: steerSchema.shape.pictures.parse(row.pictures) }),
    ...(row.clientRequestId === null ? {} : { requestId: row.clientRequestId }),
    state: row.state === "taken" || row.state === "withdrawn" ? row.state : "pending",
    createdAt: row.createdAt.toISOString(),
  };
}

export type SteerPictures = NonNullable<SteerView["pictures"]>;

export async function createSteer(
  tx: Tx,
  key: TurnKey,
  data: { id: SteerId; text: string; pictures?: SteerPictures; clientRequestId: string | null; createdAt: Date },
): Promise<SteerView> {
  return toSteerView(await tx.steerMessage.create({ data: { ...turnOf(key), ...data } }));
}

/** What an earlier request with the same id of the caller's made. */
export async function findSteerByRequest(tx: Tx, key: SessionKey, clientRequestId: string): Promise<SteerView | null> {
  const row = await tx.steerMessage.findFirst({ where: { ...sessionOf(key), clientRequestId } });
  return row && toSteerView(row);
}

export async function findSteer(tx: Tx, key: SessionKey, id: SteerId): Promise<SteerView | null> {
  const row = await tx.steerMessage.findFirst({ where: { ...sessionOf(key), id } });
  return row && toSteerView(row);
}

export async function countPendingSteers(tx: Tx, key: TurnKey): Promise<number> {
  return tx.steerMessage.count({ where: { ...turnOf(key), state: "pending" } });
}

/** Compare-and-set from `pending`, one or all of a turn's; answers those that it changed, oldest first. */
export async function settleSteers(
  tx: Tx,
  key: TurnKey,
  to: { state: "taken" | "withdrawn"; messageId?: MessageId; id?: SteerId },
): Promise<SteerView[]> {
  const { id, ...data } = to;
  const rows = await tx.steerMessage.updateManyAndReturn({
    where: { ...turnOf(key), state: "pending", ...(id === undefined ? {} : { id }) },
    data,
  });
  return rows.map(toSteerView).sort((a, b) => (a.id < b.id ? -1 : 1));
}
