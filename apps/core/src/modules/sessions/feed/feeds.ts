import type { SessionKey } from "../event-log-repo.ts";
import { type FeedViewer, SessionFeed } from "./session-feed.ts";

// Next bundles routes apart: the feeds of a process must stay one per session.
const holder = globalThis as { __opencodeSessionFeeds?: Map<string, Promise<SessionFeed>> };
const lingerMs = 5_000;

function feeds(): Map<string, Promise<SessionFeed>> {
  holder.__opencodeSessionFeeds ??= new Map();
  return holder.__opencodeSessionFeeds;
}

/**
 * Follows a session's log from `after` on: each later event once and in order, until the answer is called or
 * `onClose`. Rejects with NOT_FOUND for a foreign session.
 */
export async function subscribe(input: SessionKey & { after: number }, viewer: FeedViewer): Promise<() => void> {
  const name = `${input.workspaceId}/${input.sessionId}`;
  const opening = feeds().get(name) ?? SessionFeed.open({ workspaceId: input.workspaceId, sessionId: input.sessionId });
  feeds().set(name, opening);
  let feed: SessionFeed;
  try {
    feed = await opening;
  } catch (error) {
    if (feeds().get(name) === opening) feeds().delete(name);
    throw error;
  }
  const leave = feed.join(input.after, viewer);
  return () => {
    leave();
    // Somebody who reloads finds the feed as it was.
    setTimeout(() => {
      if (!feed.isEmpty || feeds().get(name) !== opening) return;
      feeds().delete(name);
      feed.close();
    }, lingerMs).unref();
  };
}

/** The process's shared feeds. */
export const sessionFeed = { subscribe };
