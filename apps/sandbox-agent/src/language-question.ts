import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "./diagnostic.ts";
import { LanguageSession } from "./language-session.ts";

export interface LanguageQuestion {
  readonly root: string;
  readonly timeoutMs: number;
  readonly quietMs: number;
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

export interface Answered {
  readonly state: string;
  readonly result?: unknown;
  readonly message?: string;
}

function isProgram([file = "", script]: readonly string[], root: string): boolean {
  const found = spawnSync("sh", ["-c", 'command -v -- "$0"', file.includes("/") ? resolve(root, file) : file], { stdio: "ignore" });
  if (found.status !== 0) return false;
  return file !== "node" || script === undefined || script.startsWith("-") || existsSync(resolve(root, script));
}

/** Starts the server of a question; null when it is not there. */
export function openSession({ server, root }: LanguageQuestion): LanguageSession | null {
  const command = server?.candidates.find((candidate) => isProgram(candidate, root));
  if (!server || !command) return null;
  const [file = "", ...args] = command;
  const full = file.includes("/") ? [resolve(root, file), ...args] : [...command];
  return new LanguageSession({ ...server, command: full }, root);
}

/** What the server says, within the question's time. The session stays as it is: it can be asked again, also after a time-out. */
export async function answerQuestion(session: LanguageSession, question: LanguageQuestion): Promise<Answered> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Answered>((wake) => {
    timer = setTimeout(() => wake({ state: "timeout" }), question.timeoutMs);
  });
  const answering = answer(session, question, over.signal);
  answering.catch(() => undefined);
  try {
    return await Promise.race([timeout, answering]);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

async function answer(session: LanguageSession, question: LanguageQuestion, signal: AbortSignal): Promise<Answered> {
  const { ask, files, quietMs } = question;
  await session.start();
  session.look(files);
  const [first = ""] = files;
  const textDocument = { uri: session.uriOf(first) };
  const request = async (method: string, params: unknown) => ({ state: "done", result: await session.client.request(method, params) });
  switch (ask.operation) {
    case "diagnostics": {
      const found: { path: string; items: readonly Diagnostic[] }[] = [];
      for (const path of files) found.push({ path, items: await session.diagnose(path, { quietMs, signal }) });
      return { state: "done", result: found };
    }
    case "documentSymbol":
      return request("textDocument/documentSymbol", { textDocument });
    case "workspaceSymbol":
      return request("workspace/symbol", { query: ask.query });
    case "definition":
    case "references":
    case "hover": {
      const position = { line: ask.line, character: ask.character };
      return request(`textDocument/${ask.operation}`, { textDocument, position, context: { includeDeclaration: true } });
    }
  }
}
