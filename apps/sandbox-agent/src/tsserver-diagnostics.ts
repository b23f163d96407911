import type { Diagnostic } from "./diagnostic.ts";
import type { LanguageClient } from "./language-client.ts";

/** The command by which typescript-language-server hands a request on to tsserver. */
export const tsserverRequest = "typescript.tsserverRequest";

interface TsserverDiagnostic {
  readonly start: { readonly line: number; readonly offset: number };
  readonly text: string;
  readonly code: number;
  readonly category: string;
}

/** tsserver answers these at once and whole, where published diagnostics come in pieces of which none says it is the last. */
export async function askTsserver(client: LanguageClient, file: string): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const command of ["syntacticDiagnosticsSync", "semanticDiagnosticsSync"]) {
    const answer = await client.request("workspace/executeCommand", { command: tsserverRequest, arguments: [command, { file }] });
    const { body = [] } = (answer ?? {}) as { body?: readonly TsserverDiagnostic[] };
    for (const { start, text, code, category } of body) {
      const severity = category === "error" ? 1 : category === "warning" ? 2 : 3;
      found.push({ range: { start: { line: start.line - 1, character: start.offset - 1 } }, message: text, code, severity, source: "ts" });
    }
  }
  return found;
}
