import { randomUUID } from "node:crypto";

/** A call's id, or a new one where it has none or one of the same answer has it already: an id stands for one call. */
export function uniqueCallId(id: string | null | undefined, taken: Set<string>): string {
  const callId = id && !taken.has(id) ? id : `call_${randomUUID().replaceAll("-", "")}`;
  taken.add(callId);
  return callId;
}
