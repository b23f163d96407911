import { env } from "../env.ts";
import { limits } from "../limits.ts";
import type { LiveHint, LiveItem } from "./live-hint.ts";
import { deliverLive, liveSource } from "./live-hub.ts";
import { notifyPostgres } from "./postgres-transport.ts";
import { sendHint } from "./stream-transport.ts";

/**
 * Tells every process that a topic's log has grown; call it after the commit. Never throws and never waits:
 * who misses a hint finds the entries by its own poll.
 */
export function publishLive(news: { workspaceId: string; topic: string; items: readonly LiveItem[] }): void {
  const last = news.items.at(-1);
  if (!last) return;
  const hint: LiveHint = { workspaceId: news.workspaceId, topic: news.topic, seq: last.seq, items: [...news.items], source: liveSource() };
  deliverLive(hint);
  const bytes = news.items.reduce((sum, item) => sum + Buffer.byteLength(item.json) + 24, 256);
  if (env().DATABASE_EMBEDDED) sendHint(bytes > limits.request.maxBodyBytes / 4 ? { ...hint, items: [] } : hint);
  // JSON inside JSON: escaping makes it larger than its bytes, so the half of what NOTIFY takes.
  else notifyPostgres(bytes > limits.live.hintMaxBytes / 2 ? { ...hint, items: [] } : hint);
}
