import { terminalActionSchema } from "@opencode/core/modules/sandbox/contract.ts";
import { useTerminal as performAtTerminal } from "@opencode/core/modules/sandbox/index.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { readJson } from "../http/read-body.ts";
import { authenticate } from "../rest/authenticate.ts";
import { problemResponse } from "../rest/problem.ts";
import { readTerminalRequest, type TerminalRoute } from "./terminal-request.ts";

/** `POST /api/terminal/<session>`: open, write, resize, close. A member's; what is written takes effect in the order of the answers. */
export async function actAtTerminal(request: Request, context: TerminalRoute): Promise<Response> {
  const requestId = newId("request");
  try {
    const caller = await authenticate(request, { scope: "sessions:write", permission: "sandboxes.write" });
    const { sessionId, name } = await readTerminalRequest(request, context);
    const action = terminalActionSchema.parse((await readJson(request)).json);
    const answer = await performAtTerminal({ workspaceId: caller.workspaceId, actor: caller.actor, sessionId, name, action });
    return Response.json(answer, { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return problemResponse(error, requestId);
  }
}
