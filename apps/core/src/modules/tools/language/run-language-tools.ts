import { z } from "zod";
import { limits } from "../../../platform/limits.ts";
import { languageToolsProgram } from "../../sandbox/index.ts";
import type { ToolContext } from "../tool.ts";
import type { FormatterChoice } from "./choose-formatter.ts";
import type { ServerChoice } from "./choose-server.ts";

export const rangeSchema = z.object({ start: z.object({ line: z.number().int(), character: z.number().int() }) });
export const diagnosticSchema = z.object({
  range: rangeSchema,
  severity: z.number().optional(),
  message: z.string(),
  code: z.union([z.string(), z.number()]).optional(),
  source: z.string().optional(),
});
export type Diagnostic = z.infer<typeof diagnosticSchema>;

const answerSchema = z.object({
  formatted: z.array(
    z.object({
      path: z.string(),
      name: z.string(),
      diff: z.string().nullable(),
      mtimeMs: z.number().nullable(),
      problem: z.string().nullable(),
    }),
  ),
  answered: z.discriminatedUnion("state", [
    z.object({ state: z.literal("done"), result: z.unknown() }),
    z.object({ state: z.literal("missing") }),
    z.object({ state: z.literal("timeout") }),
    z.object({ state: z.literal("failed"), message: z.string() }),
  ]),
});
export type LanguageAnswer = z.infer<typeof answerSchema>;

export interface LanguageQuestion {
  /** its name in the sandbox's journal: asked again after a crash, the first answer comes back */
  readonly callId: string;
  readonly format: readonly { readonly path: string; readonly formatter: FormatterChoice }[];
  readonly server: ServerChoice | null;
  readonly files: readonly string[];
  readonly ask: Readonly<Record<string, unknown>> & { readonly operation: string };
  readonly timeoutMs: number;
}

const { formatTimeoutMs, quietMs } = limits.language;

/** Formats files and asks a language server, in one command in the sandbox. Null when no answer came that can be understood. */
export async function runLanguageTools(context: ToolContext, question: LanguageQuestion): Promise<LanguageAnswer | null> {
  const { callId, format, server, files, ask, timeoutMs } = question;
  const request = {
    root: "/workspace",
    timeoutMs,
    quietMs,
    format: format.map(({ path, formatter }) => ({ path, ...formatter, timeoutMs: formatTimeoutMs })),
    server,
    files,
    ask,
  };
  const command = `node ${languageToolsProgram} '${JSON.stringify(request).replaceAll("'", "'\\''")}'`;
  const result = await context.sandbox.exec(
    {
      callId,
      command,
      timeoutMs: timeoutMs + formatTimeoutMs * format.length + 2_000,
      ...(context.access ? { access: context.access } : {}),
    },
    context.signal ? { signal: context.signal } : {},
  );
  const line = result.output.trimEnd().split("\n").at(-1) ?? "";
  try {
    const parsed = answerSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
