import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import type { ToolResult } from "../contract.ts";
import { fileVersionsOf, rememberVersion } from "../file-versions.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { chooseFormatter, type FormatterChoice } from "./choose-formatter.ts";
import { type AskingOptions, chooseServer, type ServerChoice } from "./choose-server.ts";
import { describeErrors } from "./describe-diagnostics.ts";
import type { LanguageSettings } from "./language-settings.ts";
import { type LanguageAnswer, runLanguageTools } from "./run-language-tools.ts";

interface CheckSettings extends LanguageSettings {
  readonly asking: AskingOptions;
}

const maxFiles = 10;
const maxShownDiffLines = 40;

/**
 * A tool that changes files, with the repository's formatter and language server after it: what the formatter changed and
 * which errors are in the changed files stands in the result. Neither ever makes an edit fail, or keeps it for long.
 */
export function withLanguageChecks(tool: Tool, settings: LanguageSettings, asking: AskingOptions = {}): Tool {
  return {
    ...tool,
    async execute(input, context) {
      const result = await tool.execute(input, context);
      if (result.isError) return result;
      try {
        return await check(result, context, { ...settings, asking });
      } catch (error) {
        logger.warn({ err: error, sessionId: context.sessionId, callId: context.callId }, "tool: the edit was made, its checks failed");
        return result;
      }
    },
  };
}

async function check(result: ToolResult, context: ToolContext, settings: CheckSettings): Promise<ToolResult> {
  const paths = changedPaths(result).slice(0, maxFiles);
  const formats = (
    await Promise.all(paths.map(async (path) => ({ path, formatter: await chooseFormatter(context.sandbox, path, settings.formatter) })))
  ).filter((entry): entry is { path: string; formatter: FormatterChoice } => entry.formatter !== null);
  const { server, files } = await serverOf(context, paths, settings);
  if (formats.length === 0 && server === null) return result;
  const answer = await runLanguageTools(context, {
    callId: `${context.callId}-check`,
    format: formats,
    server,
    files,
    ask: { operation: "diagnostics" },
    timeoutMs: settings.asking.timeoutMs ?? limits.language.afterEditTimeoutMs,
    idleMs: settings.asking.idleMs,
  });
  return answer === null ? result : merge(result, context, answer);
}

/** The files that a result says it changed and that are still there. */
function changedPaths(result: ToolResult): string[] {
  return [...fileVersionsOf([result.metadata]).keys()].filter((path) => !path.startsWith("/"));
}

/** One server is asked per edit: that of the first file that has one, about all the files that have the same. */
async function serverOf(
  context: ToolContext,
  paths: readonly string[],
  settings: CheckSettings,
): Promise<{ server: ServerChoice | null; files: readonly string[] }> {
  const choices = await Promise.all(
    paths.map(async (path) => ({ path, server: await chooseServer(context.sandbox, path, settings.lsp, settings.asking.provide) })),
  );
  const server = choices.find((choice) => choice.server !== null)?.server ?? null;
  return { server, files: choices.filter((choice) => server !== null && choice.server?.name === server.name).map(({ path }) => path) };
}

function merge(result: ToolResult, context: ToolContext, answer: LanguageAnswer): ToolResult {
  const formatted = answer.formatted.filter((entry) => entry.diff !== null);
  const failed = answer.formatted.filter((entry) => entry.problem !== null && entry.problem !== "missing");
  const versions = new Map(fileVersionsOf([result.metadata]));
  for (const { path, mtimeMs } of answer.formatted) {
    if (mtimeMs !== null) versions.set(path, rememberVersion(context, path, mtimeMs).fileVersion.mtimeMs);
  }
  const { text, errors } = answer.answered.state === "done" ? describeErrors(answer.answered.result) : { text: "", errors: 0 };
  const notes = [
    ...formatted.map(({ path, name, diff }) => `${name} then formatted ${path}:\n${shortDiff(diff ?? "")}`),
    ...failed.map(({ path, name, problem }) => `${name} could not format ${path}: ${problem?.split("\n")[0] ?? ""}`),
    ...(text === "" ? [] : [text]),
  ];
  const { fileVersion: _one, ...metadata } = result.metadata;
  return {
    ...result,
    output: [result.output, ...notes].join("\n"),
    metadata: {
      ...metadata,
      fileVersions: [...versions].map(([path, mtimeMs]) => ({ path, mtimeMs })),
      ...(formatted.length > 0 ? { formatted: formatted.map(({ path, name }) => ({ path, name })) } : {}),
      ...(answer.answered.state === "missing" ? {} : { diagnostics: { state: answer.answered.state, errors } }),
    },
  };
}

function shortDiff(diff: string): string {
  const lines = diff.trimEnd().split("\n").slice(2);
  return lines.length <= maxShownDiffLines
    ? lines.join("\n")
    : [...lines.slice(0, maxShownDiffLines), `… ${lines.length - maxShownDiffLines} more lines`].join("\n");
}
