import { z } from "zod";
import { limits } from "../../../platform/limits.ts";
import { parseJson } from "../../../platform/parse-json.ts";
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

const answeredSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("done"), result: z.unknown() }),
  z.object({ state: z.literal("missing") }),
  z.object({ state: z.literal("timeout") }),
  z.object({ state: z.literal("failed"), message: z.string() }),
]);
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
  answered: answeredSchema,
});
export type LanguageAnswer = z.infer<typeof answerSchema>;

export interface LanguageQuestion {
  /** its name in the sandbox's journal: asked again after a crash, what was formatted is not formatted again */
  readonly callId: string;
  readonly format: readonly { readonly path: string; readonly formatter: FormatterChoice }[];
  readonly server: ServerChoice | null;
  readonly files: readonly string[];
  readonly ask: Readonly<Record<string, unknown>> & { readonly operation: string };
  readonly timeoutMs: number;
  readonly idleMs?: number | undefined;
}

const { formatTimeoutMs, quietMs, serverIdleMs } = limits.language;

/**
 * Formats files and asks a language server. One that stays in the sandbox is asked where the call may do what the sandbox
 * may; for a call that is held to less, one is started by a command that is held to the same. Null when no answer came that
 * can be understood.
 */
export async function runLanguageTools(context: ToolContext, question: LanguageQuestion): Promise<LanguageAnswer | null> {
  if (question.server === null || !mayAskKept(context)) return runOnce(context, question);
  const formatting = question.format.length > 0 ? await runOnce(context, { ...question, server: null, files: [] }) : { formatted: [] };
  // An agent that was started by an earlier version of the product keeps none.
  const answered =
    (await askKept(context, question).catch(() => null)) ??
    (await runOnce(context, { ...question, callId: `${question.callId}-once`, format: [] }))?.answered;
  return formatting && answered ? { formatted: formatting.formatted, answered } : null;
}

/** A kept server has no network of its own where commands have namespaces; elsewhere it has the sandbox's. */
export function mayAskKept({ sandbox, access }: ToolContext): boolean {
  if (!sandbox.askLanguage || access?.workspace !== undefined) return false;
  return access?.network === undefined || sandbox.driver === "bubblewrap";
}

/** Asks one that stays in the sandbox. */
export async function askKept({ sandbox, signal }: ToolContext, question: LanguageQuestion): Promise<LanguageAnswer["answered"]> {
  const { timeoutMs, idleMs = serverIdleMs } = question;
  const asking = sandbox.askLanguage?.(JSON.stringify(requestOf(question)), { timeoutMs, idleMs }) ?? Promise.resolve("");
  const interrupted = new Promise<string>((resolve) => signal?.addEventListener("abort", () => resolve(""), { once: true }));
  return (
    answeredSchema.safeParse(parseJson(await Promise.race([asking, interrupted]))).data ?? {
      state: "failed",
      message: "it gave no answer that can be read",
    }
  );
}

function requestOf({ format, server, files, ask, timeoutMs }: LanguageQuestion) {
  return {
    root: "/workspace",
    timeoutMs,
    quietMs,
    format: format.map(({ path, formatter }) => ({ path, ...formatter, timeoutMs: formatTimeoutMs })),
    server,
    files,
    ask,
  };
}

async function runOnce(context: ToolContext, question: LanguageQuestion): Promise<LanguageAnswer | null> {
  const { callId, format, timeoutMs } = question;
  const command = `node ${languageToolsProgram} '${JSON.stringify(requestOf(question)).replaceAll("'", "'\\''")}'`;
  const result = await context.sandbox.exec(
    {
      callId,
      command,
      timeoutMs: timeoutMs + formatTimeoutMs * format.length + 2_000,
      ...(context.access ? { access: context.access } : {}),
    },
    context.signal ? { signal: context.signal } : {},
  );
  return answerSchema.safeParse(parseJson(result.output.trimEnd().split("\n").at(-1) ?? "")).data ?? null;
}
