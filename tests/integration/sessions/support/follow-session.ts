import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import { sessionFeed } from "@opencode/core/modules/sessions/index.ts";
import type { SessionId, WorkspaceId } from "@opencode/core/platform/ids.ts";

/** The events in a chunk of an SSE stream. */
export function parseFrames(text: string): LoggedEvent[] {
  return text.split("\n\n").flatMap((block) => {
    const line = block.split("\n").find((candidate) => candidate.startsWith("data: "));
    return line ? [JSON.parse(line.slice(6))] : [];
  });
}

/** A viewer of the process's own feed who keeps all that he saw. */
export async function followSession(key: {
  workspaceId: WorkspaceId;
  sessionId: SessionId;
}): Promise<{ events: LoggedEvent[]; stop: () => void }> {
  const events: LoggedEvent[] = [];
  const decoder = new TextDecoder();
  const stop = await sessionFeed.subscribe(
    { ...key, after: 0 },
    { onFrame: (frame) => events.push(...parseFrames(decoder.decode(frame))), onClose: () => undefined },
  );
  return { events, stop };
}
