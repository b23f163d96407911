import { z } from "zod";
import { idSchema } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { terminalActionSchema, terminalNameSchema } from "./contract.ts";

/** Where a worker takes calls about the sandboxes that it holds. Web and worker may be on different machines. */
export const sandboxCallPath = "/api/internal/sandbox";

const session = { workspaceId: idSchema("workspace"), sessionId: idSchema("session") };

/** What web asks of the worker, about a session whose tenant web has proved. */
export const sandboxCallSchema = z.discriminatedUnion("call", [
  z.object({ call: z.literal("terminal"), ...session, name: terminalNameSchema, action: terminalActionSchema }),
  z.object({
    call: z.literal("output"),
    ...session,
    name: terminalNameSchema,
    shell: z.string().max(64),
    after: z.number().int().nonnegative(),
    waitMs: z.number().int().min(0).max(limits.terminal.waitMs),
  }),
  z.object({ call: z.literal("ports"), ...session }),
]);
export type SandboxCall = z.infer<typeof sandboxCallSchema>;

export const terminalDoneSchema = z.object({ created: z.boolean() });
export const portsAnswerSchema = z.object({ awake: z.boolean(), ports: z.array(z.number().int()).max(65_535) });
