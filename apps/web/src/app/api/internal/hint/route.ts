import { handleLiveHint } from "@opencode/core/platform/live/http-transport.ts";

/** News from the worker about a session's log; signed, from our own processes only. */
export async function POST(request: Request): Promise<Response> {
  return handleLiveHint(request);
}
