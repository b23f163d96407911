import { type MessageId, newId } from "../../../platform/ids.ts";
import type { SessionEventBody, SteerView } from "../contract.ts";

/** The parts of the message that these become: each one's text, and the pictures that belong to it. */
export function steerParts(steers: readonly SteerView[], messageId: MessageId, at: string): SessionEventBody[] {
  const bodies = steers.flatMap(({ text, pictures = [] }) => [
    { id: newId("part"), type: "text" as const, text, endedAt: at },
    ...pictures.map(({ partId, ...picture }) => ({ id: partId, type: "image" as const, ...picture })),
  ]);
  return bodies.map((body, ordinal): SessionEventBody => ({ type: "part.updated", data: { part: { ...body, messageId, ordinal } } }));
}
