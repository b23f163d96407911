import { z } from "zod";
import { withTenant } from "../../../platform/database/database.ts";
import { contextRecordSchema } from "../agent-loop/context-pieces.ts";
import { type LoggedEvent, sessionEventSchema } from "../contract.ts";
import { readLog, type SessionKey } from "../event-log-repo.ts";
import { getSessionRecord } from "../repo.ts";
import { findTurnRecords } from "./replay-repo.ts";

const eventSchema = z.intersection(sessionEventSchema, z.object({ seq: z.number(), at: z.string() }));

/** All that a session's run depended on: what its turns were given, and its log with what models and tools answered. */
export const recordingSchema = z.object({
  version: z.literal(1),
  sessionId: z.string(),
  model: z.string(),
  agent: z.string(),
  turns: z.array(
    z.object({
      id: z.string(),
      ordinal: z.number(),
      state: z.string(),
      model: z.string(),
      agent: z.string().nullable(),
      kind: z.enum(["prompt", "compact"]),
      outputSchema: z.record(z.string(), z.unknown()).nullable(),
      context: contextRecordSchema.nullable(),
    }),
  ),
  events: z.array(eventSchema),
});
export type Recording = Omit<z.infer<typeof recordingSchema>, "events"> & { readonly events: readonly LoggedEvent[] };

/** Takes a session's recording out of the database. NOT_FOUND for a foreign one. */
export async function recordSession(key: SessionKey): Promise<Recording> {
  return withTenant(key.workspaceId, async (tx) => {
    const { model, agent } = await getSessionRecord(tx, key);
    const rows = await findTurnRecords(tx, key);
    const turns = rows.map((row) => ({
      ...row,
      kind: row.kind === "compact" ? ("compact" as const) : ("prompt" as const),
      outputSchema: z.record(z.string(), z.unknown()).nullable().catch(null).parse(row.outputSchema),
      context: contextRecordSchema.nullable().catch(null).parse(row.contextRecord),
    }));
    return { version: 1, sessionId: key.sessionId, model, agent, turns, events: await readLog(tx, key, 0) };
  });
}
