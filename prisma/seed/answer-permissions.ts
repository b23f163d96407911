/** Answers every open question of a session with "once": `npm run demo -- --approve`. */
import { answerPermission } from "@opencode/core/modules/sessions/index.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import { z } from "zod";
import { printResult } from "./result.ts";

const inputSchema = z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session"), answeredBy: z.string() });

await printResult(async (raw) => {
  const { workspaceId, sessionId, answeredBy } = inputSchema.parse(raw);
  const open = await withTenant(workspaceId, (tx) => tx.permissionRequest.findMany({ where: { sessionId, state: "pending" } }));
  for (const request of open) await answerPermission({ workspaceId, sessionId, requestId: request.id, reply: "once", answeredBy });
  return { answered: open.length };
});
