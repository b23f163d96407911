import { type LoggedEvent, sessionEventSchema } from "@opencode/core/modules/sessions/contract.ts";
import { z } from "zod";

const envelope = z.object({ seq: z.number().int(), at: z.string() });

/**
 * One message of the event stream. Null when it is no event of this version of the page: a newer server may know more,
 * and what an old page can't show must not break it.
 */
export function parseFrame(data: string): LoggedEvent | null {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  const frame = envelope.safeParse(json);
  const body = sessionEventSchema.safeParse(json);
  if (!frame.success || !body.success) return null;
  return { ...body.data, seq: frame.data.seq, at: frame.data.at };
}
