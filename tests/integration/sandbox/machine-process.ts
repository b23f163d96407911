import { holdSandbox, releaseSandbox } from "@opencode/core/modules/sessions/agent-loop/held-sandbox.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import "@opencode/worker/src/main.ts";
import { z } from "zod";

const orderSchema = z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session") });

// The worker of a machine, and by message what a turn's first tool call does on it: the session's sandbox is made, or made again.
process.on("message", async (order) => {
  const key = orderSchema.parse(order);
  try {
    await holdSandbox(key);
    await releaseSandbox(key);
    process.send?.({ ...key, said: "made" });
  } catch (error) {
    process.send?.({ ...key, said: String(error) });
  }
});
