import { terminalNameSchema } from "@opencode/core/modules/sandbox/contract.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import { z } from "zod";

export interface TerminalRoute {
  readonly params: Promise<Record<string, string>>;
}

const schema = z.object({
  sessionId: idSchema("session"),
  name: terminalNameSchema.default("main"),
  shell: z.string().max(64).default(""),
  after: z.coerce.number().int().min(0).default(0),
});

/** Which terminal a request means, and from where on. */
export async function readTerminalRequest(request: Request, { params }: TerminalRoute): Promise<z.infer<typeof schema>> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  return schema.parse({ ...query, ...(await params) });
}
