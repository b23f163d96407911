import type { z } from "zod";
import { type Tx, withTenant } from "../../platform/database/database.ts";
import type { EventDefinition } from "../../platform/events/define-event.ts";
import { kickOutbox, writeEvent } from "../../platform/events/outbox.ts";
import { publishLive } from "../../platform/live/publish-live.ts";
import type { LoggedEvent, SessionEventBody } from "./contract.ts";
import { decodeLogged, type EncodedEvent } from "./event-encoding.ts";
import { appendEvents, appendFenced, type SessionKey, type WriterKey } from "./event-log-repo.ts";
import { noteCommitted } from "./history/held-logs.ts";

/** What a change of a session may do besides its own rows; everything is one transaction. */
export interface SessionChange {
  readonly tx: Tx;
  readonly now: Date;
  append(bodies: readonly SessionEventBody[]): Promise<void>;
  /** a domain event, into the outbox */
  emit<S extends z.ZodType<{ workspaceId: string }>>(event: EventDefinition<S>, data: z.input<S>): Promise<void>;
  /** false when the fence is lost; nothing was written then, and the change has to end as a value */
  appendFenced(writer: WriterKey, bodies: readonly SessionEventBody[]): Promise<boolean>;
}

/** Runs a change of a session in one tenant transaction; after the commit its readers are told and its outbox rows are sent. */
export async function changeSession<T>(key: SessionKey, work: (change: SessionChange) => Promise<T>): Promise<T> {
  const appended: EncodedEvent[] = [];
  const logged: LoggedEvent[] = [];
  let emitted = 0;
  const result = await withTenant(key.workspaceId, (tx) => {
    const now = new Date();
    const at = now.toISOString();
    const note = (bodies: readonly SessionEventBody[], events: readonly EncodedEvent[]) => {
      appended.push(...events);
      logged.push(...bodies.map((body, index) => asLogged(body, events[index], at)));
    };
    return work({
      tx,
      now,
      append: async (bodies) => note(bodies, await appendEvents(tx, key, bodies, now)),
      emit: async (event, data) => {
        await writeEvent(tx, event, data);
        emitted += 1;
      },
      appendFenced: async (writer, bodies) => {
        const events = await appendFenced(tx, writer, bodies, now);
        if (events) note(bodies, events);
        return events !== null;
      },
    });
  });
  noteCommitted(key, logged);
  publishLive({ workspaceId: key.workspaceId, topic: sessionTopic(key.sessionId), items: appended });
  if (emitted > 0) kickOutbox();
  return result;
}

// What the database can't hold was replaced on the way: what is kept in memory is what a reader gets.
function asLogged(body: SessionEventBody, encoded: EncodedEvent | undefined, at: string): LoggedEvent {
  if (encoded?.json.includes("\uFFFD")) return decodeLogged(encoded);
  return { ...body, seq: encoded?.seq ?? 0, at };
}

/** The live topic of a session's log. */
export function sessionTopic(sessionId: string): string {
  return `session/${sessionId}`;
}
