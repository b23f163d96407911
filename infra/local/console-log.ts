import { followSession } from "./client/follow-session.ts";
import { describeSummary, summariseSession } from "./client/summarise-session.ts";
import type { FirstStart } from "./run-product.ts";
import { say } from "./say.ts";

/** Follows the first guided task and says in four lines what the agent did. */
export async function reportFirstTask(url: string, session: NonNullable<FirstStart["session"]>, signal: AbortSignal): Promise<void> {
  say.step(`the agent works on its first task: ${session.title}`);
  try {
    const view = await followSession({ url, apiKey: session.apiKey, sessionId: session.sessionId }, { signal });
    for (const line of describeSummary(summariseSession(view))) say.plain(`    ${line}`);
  } catch (error) {
    if (!signal.aborted) say.warn(`the first task could not be followed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
