import { posix } from "node:path";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import type { OpenSandbox } from "../../sandbox/contract.ts";
import { fileVersionsOf } from "../file-versions.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { type AskingOptions, chooseServer } from "./choose-server.ts";
import type { LanguageSettings } from "./language-settings.ts";
import { askKept, mayAskKept } from "./run-language-tools.ts";

/** The kinds of files, by extension, whose server was told to begin in a sandbox. */
const begun = new WeakMap<OpenSandbox, Set<string>>();

/**
 * A tool that reads files, with the language server of the first file of a kind beginning with its project meanwhile: a
 * file is read before it is edited, and a server's first answer may take longer than an edit waits for it. Nothing waits
 * for this, and nothing fails by it.
 */
export function withWarmServer(tool: Tool, settings: LanguageSettings, asking: AskingOptions = {}): Tool {
  return {
    ...tool,
    async execute(input, context) {
      const result = await tool.execute(input, context);
      const [path] = result.isError ? [] : fileVersionsOf([result.metadata]).keys();
      if (path !== undefined && !path.startsWith("/")) {
        warm(path, context, settings, asking).catch((error: unknown) =>
          logger.debug({ err: error, path }, "tool: no server could be started ahead"),
        );
      }
      return result;
    },
  };
}

async function warm(path: string, context: ToolContext, { lsp }: LanguageSettings, asking: AskingOptions): Promise<void> {
  const { sandbox } = context;
  const extensions = begun.get(sandbox) ?? new Set();
  const extension = posix.extname(path);
  // Who may not edit has a server for each call, or none.
  if (extensions.has(extension) || !mayAskKept(context)) return;
  begun.set(sandbox, extensions.add(extension));
  const server = await chooseServer(sandbox, path, lsp, asking.provide);
  if (server === null) return;
  await askKept(context, {
    callId: "",
    format: [],
    server,
    files: [path],
    ask: { operation: "diagnostics" },
    timeoutMs: limits.language.askTimeoutMs,
    idleMs: asking.idleMs,
  });
}
