import { context, propagation } from "@opentelemetry/api";
import type { z } from "zod";
import { dangerouslyAcrossTenants, type Prisma, type Tx } from "../database/database.ts";
import { newId } from "../ids.ts";
import { limits } from "../limits.ts";
import { logger } from "../logger.ts";
import type { EventDefinition } from "./define-event.ts";
import { inngest } from "./inngest.ts";

/**
 * Writes an event into the outbox, in the transaction of the change that causes it. It is sent after the
 * commit (`kickOutbox`), or by the next dispatcher that looks: at least once, deduplicated by its id.
 */
export async function writeEvent<S extends z.ZodType<{ workspaceId: string }>>(
  tx: Tx,
  event: EventDefinition<S>,
  data: z.input<S>,
): Promise<string> {
  const parsed = event.schema.parse(data);
  const id = newId("event");
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  await tx.outboxEvent.create({
    data: { id, workspaceId: parsed.workspaceId, name: event.name, data: { ...parsed, _otel: carrier } as Prisma.InputJsonObject },
  });
  return id;
}

/** Sends what waits in the outbox, oldest first; answers how many were sent. A failed send leaves its rows for the next call. */
export async function dispatchOutbox(): Promise<number> {
  const rows = await dangerouslyAcrossTenants("the dispatcher sends every tenant's events", (tx) =>
    tx.outboxEvent.findMany({ where: { sentAt: null }, orderBy: { createdAt: "asc" }, take: limits.outbox.batchSize }),
  );
  if (rows.length === 0) return 0;
  await inngest.send(rows.map((row) => ({ id: row.id, name: row.name, data: row.data as Record<string, unknown> })));
  await dangerouslyAcrossTenants("the dispatcher marks every tenant's events", (tx) =>
    tx.outboxEvent.updateMany({ where: { id: { in: rows.map((row) => row.id) } }, data: { sentAt: new Date() } }),
  );
  return rows.length;
}

let running: Promise<void> | null = null;
let again = false;

/** Dispatches soon, without making the caller wait; calls that come while one runs are one more run. */
export function kickOutbox(): void {
  if (running) {
    again = true;
    return;
  }
  running = (async () => {
    do {
      again = false;
      try {
        while ((await dispatchOutbox()) === limits.outbox.batchSize) again = false;
      } catch (error) {
        logger.warn({ err: error }, "outbox: the engine did not take the events; they stay and are tried again");
      }
    } while (again);
  })().finally(() => {
    running = null;
  });
}
