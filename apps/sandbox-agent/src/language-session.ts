import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LanguageClient } from "./language-client.ts";
import { SourceTimes } from "./source-times.ts";

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
const maxOpen = 30;

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

interface OpenFile {
  readonly text: string;
  readonly version: number;
}

/** A server with files opened in it, as they stand on the disk whenever something is asked. */
export class LanguageSession {
  readonly client: LanguageClient;
  private readonly root: string;
  private readonly initialization: ServerChoice["initialization"];
  private starting: Promise<void> | null = null;
  private readonly opened = new Map<string, OpenFile>();
  private readonly sources = new SourceTimes();
  private readonly published = new Map<string, readonly Diagnostic[]>();
  private commands: readonly unknown[] = [];
  private pulls = false;
  private lastPublished = 0;

  constructor(server: ServerChoice, root: string) {
    this.root = root;
    this.initialization = server.initialization;
    this.client = new LanguageClient(server.command, server.environment);
    this.client.on("textDocument/publishDiagnostics", (params) => {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Diagnostic[] };
      this.published.set(decodeURIComponent(uri), diagnostics);
      this.lastPublished = performance.now();
    });
  }

  /** Shakes hands, once. */
  start(): Promise<void> {
    this.starting ??= this.initialize(this.initialization);
    return this.starting;
  }

  private async initialize(initialization: ServerChoice["initialization"]): Promise<void> {
    const uri = pathToFileURL(this.root).href;
    const answer = await this.client.request("initialize", {
      processId: process.pid,
      rootUri: uri,
      rootPath: this.root,
      workspaceFolders: [{ uri, name: "workspace" }],
      initializationOptions: initialization,
      capabilities: {
        workspace: { didChangeWatchedFiles: { dynamicRegistration: true }, configuration: true, workspaceFolders: true, symbol: {} },
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

  /** Opens the files, and tells what has changed on the disk since the last question: by a command, by git. */
  look(paths: readonly string[]): void {
    for (const path of new Set([...this.opened.keys(), ...paths])) this.lookAt(path);
    // tsserver watches for itself what it has read.
    if (this.commands.includes(tsserverRequest)) return;
    const changes = this.sources.changes(this.root, extname(paths[0] ?? ""));
    const changed = changes.map(({ path, type }) => ({ uri: this.uriOf(path), type }));
    if (changed.length > 0) this.client.notify("workspace/didChangeWatchedFiles", { changes: changed });
  }

  private lookAt(path: string): void {
    const uri = this.uriOf(path);
    const known = this.opened.get(path);
    const text = readText(resolve(this.root, path));
    if (text === null) {
      if (this.opened.delete(path)) this.client.notify("textDocument/didClose", { textDocument: { uri } });
      return;
    }
    if (known?.text === text) return;
    const version = (known?.version ?? 0) + 1;
    this.opened.set(path, { text, version });
    this.published.delete(decodeURIComponent(uri));
    const languageId = languages[extname(path)] ?? extname(path).slice(1);
    if (known) this.client.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
    else this.client.notify("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
    // The oldest is closed: the server reads it from the disk from then on.
    const [oldest] = this.opened.keys();
    if (this.opened.size <= maxOpen || oldest === undefined) return;
    this.opened.delete(oldest);
    this.client.notify("textDocument/didClose", { textDocument: { uri: this.uriOf(oldest) } });
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
