import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type FormatRequest, formatFiles } from "./format-files.ts";
import { type Diagnostic, LanguageSession } from "./language-session.ts";

/**
 * Run by a command of its own in the sandbox (`node language-tools.mjs <request>`): formats files, starts a language
 * server, asks it, prints one line of JSON and ends. Nothing stays behind, so that a call can be repeated by its id.
 */
interface Request {
  readonly root: string;
  readonly timeoutMs: number;
  readonly quietMs: number;
  readonly format: readonly FormatRequest[];
  readonly server: {
    /** tried in this order; the first that is there is started */
    readonly candidates: readonly (readonly string[])[];
    readonly environment: Readonly<Record<string, string>>;
    readonly initialization: Readonly<Record<string, unknown>>;
  } | null;
  readonly files: readonly string[];
  readonly ask:
    | { readonly operation: "diagnostics" }
    | { readonly operation: "definition" | "references" | "hover"; readonly line: number; readonly character: number }
    | { readonly operation: "documentSymbol" }
    | { readonly operation: "workspaceSymbol"; readonly query: string };
}

function isProgram([file = "", script]: readonly string[], root: string): boolean {
  const found = spawnSync("sh", ["-c", 'command -v -- "$0"', file.includes("/") ? resolve(root, file) : file], { stdio: "ignore" });
  if (found.status !== 0) return false;
  return file !== "node" || script === undefined || existsSync(resolve(root, script));
}

async function ask(request: Request): Promise<unknown> {
  const { server, root, files, quietMs } = request;
  const command = server?.candidates.find((candidate) => isProgram(candidate, root));
  if (!server || !command) return { state: "missing" };
  const [file = "", ...args] = command;
  const full = file.includes("/") ? [resolve(root, file), ...args] : [...command];
  const session = new LanguageSession({ ...server, command: full }, root);
  try {
    const timeout = new Promise((wake) => setTimeout(() => wake({ state: "timeout" }), request.timeoutMs));
    return await Promise.race([timeout, answer(session, request, server.initialization, { files, quietMs })]);
  } finally {
    session.client.end();
  }
}

async function answer(
  session: LanguageSession,
  request: Request,
  initialization: Readonly<Record<string, unknown>>,
  { files, quietMs }: { files: readonly string[]; quietMs: number },
): Promise<unknown> {
  const { ask: question } = request;
  await session.start(initialization);
  for (const file of files) session.open(file);
  const [first = ""] = files;
  const textDocument = { uri: session.uriOf(first) };
  switch (question.operation) {
    case "diagnostics": {
      const found: { path: string; items: readonly Diagnostic[] }[] = [];
      for (const path of files) found.push({ path, items: await session.diagnose(path, quietMs) });
      return { state: "done", result: found };
    }
    case "documentSymbol":
      return { state: "done", result: await session.client.request("textDocument/documentSymbol", { textDocument }) };
    case "workspaceSymbol":
      return { state: "done", result: await session.client.request("workspace/symbol", { query: question.query }) };
    case "definition":
    case "references":
    case "hover": {
      const position = { line: question.line, character: question.character };
      const context = { includeDeclaration: true };
      return {
        state: "done",
        result: await session.client.request(`textDocument/${question.operation}`, { textDocument, position, context }),
      };
    }
  }
}

const request: Request = JSON.parse(process.argv[2] ?? "{}");
const formatted = formatFiles(request.format, request.root);
const answered = await ask(request).catch((error: unknown) => ({
  state: "failed",
  message: error instanceof Error ? error.message : "unknown error",
}));
process.stdout.write(`${JSON.stringify({ formatted, answered })}\n`, () => process.exit(0));
