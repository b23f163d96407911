import { z } from "zod";

/** One entry of a topic's log, encoded once by whoever wrote it: `json` is what a reader gets, byte for byte. */
export const liveItemSchema = z.object({ seq: z.number().int(), json: z.string() });
export type LiveItem = z.infer<typeof liveItemSchema>;

/**
 * "This topic's log now reaches `seq`." A hint, no more: it may come late, twice or never, and the log is the truth.
 * `items`, when present, are the entries up to `seq` without a gap, so that a reader who is up to date needs no query.
 */
export const liveHintSchema = z.object({
  workspaceId: z.string(),
  topic: z.string(),
  seq: z.number().int(),
  items: z.array(liveItemSchema),
  /** the process it comes from, so that nobody hears himself twice */
  source: z.string(),
});
export type LiveHint = z.infer<typeof liveHintSchema>;
