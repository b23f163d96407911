import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LanguageClient } from "./language-client.ts";

export interface ServerChoice {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly initialization: Readonly<Record<string, unknown>>;
}

/** As language servers speak of it: lines and characters from 0. */
export interface Diagnostic {
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  readonly severity?: number;
  readonly message: string;
  readonly code?: string | number;
  readonly source?: string;
}

const languages: Readonly<Record<string, string>> = {
  ".ts": "typescript",
  ".mts": "typescript",
  ".cts": "typescript",
  ".tsx": "typescriptreact",
  ".js": "javascript",
  ".mjs": "javascript",
  ".cjs": "javascript",
  ".jsx": "javascriptreact",
  ".py": "python",
  ".pyi": "python",
};
const tsserverRequest = "typescript.tsserverRequest";

/** A server with files opened in it. */
export class LanguageSession {
  readonly client: LanguageClient;
  private readonly root: string;
  private readonly published = new Map<string, readonly Diagnostic[]>();
  private commands: readonly unknown[] = [];
  private pulls = false;
  private lastPublished = 0;

  constructor(server: ServerChoice, root: string) {
    this.root = root;
    this.client = new LanguageClient(server.command, server.environment);
    this.client.on("textDocument/publishDiagnostics", (params) => {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Diagnostic[] };
      this.published.set(decodeURIComponent(uri), diagnostics);
      this.lastPublished = performance.now();
    });
  }

  async start(initialization: Readonly<Record<string, unknown>>): Promise<void> {
    const uri = pathToFileURL(this.root).href;
    const answer = await this.client.request("initialize", {
      processId: process.pid,
      rootUri: uri,
      rootPath: this.root,
      workspaceFolders: [{ uri, name: "workspace" }],
      initializationOptions: initialization,
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true, symbol: {} },
        textDocument: {
          synchronization: { didSave: true },
          publishDiagnostics: { versionSupport: true },
          diagnostic: { dynamicRegistration: false },
          hover: { contentFormat: ["plaintext", "markdown"] },
          documentSymbol: { hierarchicalDocumentSymbolSupport: true },
          definition: { linkSupport: false },
          references: {},
        },
      },
    });
    const { capabilities = {} } = answer as {
      capabilities?: { diagnosticProvider?: unknown; executeCommandProvider?: { commands?: readonly unknown[] } };
    };
    this.commands = capabilities.executeCommandProvider?.commands ?? [];
    this.pulls = capabilities.diagnosticProvider !== undefined && capabilities.diagnosticProvider !== false;
    this.client.notify("initialized", {});
    this.client.notify("workspace/didChangeConfiguration", { settings: {} });
  }

  uriOf(path: string): string {
    return pathToFileURL(resolve(this.root, path)).href;
  }

  open(path: string): void {
    const text = readFileSync(resolve(this.root, path), "utf8");
    const languageId = languages[extname(path)] ?? extname(path).slice(1);
    this.client.notify("textDocument/didOpen", { textDocument: { uri: this.uriOf(path), languageId, version: 1, text } });
  }

  /** What the server finds wrong with an opened file. Asked for where it can be; else waited for until it is quiet. */
  async diagnose(path: string, quietMs: number): Promise<readonly Diagnostic[]> {
    if (this.commands.includes(tsserverRequest)) return this.askTsserver(path);
    if (this.pulls) {
      const answer = await this.client.request("textDocument/diagnostic", { textDocument: { uri: this.uriOf(path) } });
      return (answer as { items?: readonly Diagnostic[] } | null)?.items ?? [];
    }
    const name = decodeURIComponent(this.uriOf(path));
    while (!this.published.has(name) || performance.now() - this.lastPublished < quietMs) {
      await new Promise((wake) => setTimeout(wake, 20));
    }
    return this.published.get(name) ?? [];
  }

  /** tsserver answers these at once and whole, where published diagnostics come in pieces of which none says it is the last. */
  private async askTsserver(path: string): Promise<readonly Diagnostic[]> {
    const file = resolve(this.root, path);
    const found: Diagnostic[] = [];
    for (const command of ["syntacticDiagnosticsSync", "semanticDiagnosticsSync"]) {
      const answer = await this.client.request("workspace/executeCommand", { command: tsserverRequest, arguments: [command, { file }] });
      const { body = [] } = (answer ?? {}) as { body?: readonly TsserverDiagnostic[] };
      for (const { start, text, code, category } of body) {
        const severity = category === "error" ? 1 : category === "warning" ? 2 : 3;
        found.push({
          range: { start: { line: start.line - 1, character: start.offset - 1 } },
          message: text,
          code,
          severity,
          source: "ts",
        });
      }
    }
    return found;
  }
}

interface TsserverDiagnostic {
  readonly start: { readonly line: number; readonly offset: number };
  readonly text: string;
  readonly code: number;
  readonly category: string;
}
