import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic } from "./diagnostic.ts";
import { LanguageClient } from "./language-client.ts";
import { SourceTimes } from "./source-times.ts";
import { askTsserver, tsserverRequest } from "./tsserver-diagnostics.ts";

export interface ServerChoice {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly initialization: Readonly<Record<string, unknown>>;
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

interface Published {
  /** of the text that was looked at, where the server says it */
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** A server with files opened in it, as they stand on the disk whenever something is asked. */
export class LanguageSession {
  readonly client: LanguageClient;
  private readonly root: string;
  private readonly initialization: ServerChoice["initialization"];
  private starting: Promise<void> | null = null;
  private failed = false;
  private readonly opened = new Map<string, OpenFile>();
  private readonly sources = new SourceTimes();
  private readonly published = new Map<string, Published>();
  private commands: readonly unknown[] = [];
  private pulls = false;
  private lastPublished = 0;

  constructor(server: ServerChoice, root: string) {
    this.root = root;
    this.initialization = server.initialization;
    this.client = new LanguageClient(server.command, server.environment);
    this.client.on("textDocument/publishDiagnostics", (params) => {
      const { uri, ...published } = params as Published & { uri: string };
      this.published.set(decodeURIComponent(uri), published);
      this.lastPublished = performance.now();
    });
    // pyright can be asked for diagnostics, but says so only after the handshake.
    this.client.on("client/registerCapability", (params) => {
      const { registrations } = params as { registrations: readonly { method: string }[] };
      if (registrations.some(({ method }) => method === "textDocument/diagnostic")) this.pulls = true;
    });
  }

  /** Shakes hands, once. */
  start(): Promise<void> {
    this.starting ??= this.initialize(this.initialization).catch((error: unknown) => {
      this.failed = true;
      throw error;
    });
    return this.starting;
  }

  /** It has refused the handshake: it can't be asked any more. */
  get hasFailed(): boolean {
    return this.failed;
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
          diagnostic: { dynamicRegistration: true },
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
    this.closeOldest(paths);
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
      this.close(path);
      return;
    }
    if (known?.text === text) return;
    const version = (known?.version ?? 0) + 1;
    this.opened.set(path, { text, version });
    this.published.delete(decodeURIComponent(uri));
    const languageId = languages[extname(path)] ?? extname(path).slice(1);
    if (known) this.client.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
    else this.client.notify("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
  }

  /** Those that nobody has asked about for longest: the server reads them from the disk from then on. */
  private closeOldest(asked: readonly string[]): void {
    for (const path of asked) {
      const file = this.opened.get(path);
      if (!file) continue;
      this.opened.delete(path);
      this.opened.set(path, file);
    }
    for (const path of [...this.opened.keys()].slice(0, -Math.max(maxOpen, asked.length))) this.close(path);
  }

  private close(path: string): void {
    if (!this.opened.delete(path)) return;
    const uri = this.uriOf(path);
    this.published.delete(decodeURIComponent(uri));
    this.client.notify("textDocument/didClose", { textDocument: { uri } });
  }

  /**
   * What the server finds wrong with a file that `look` has opened; nothing with one that is not there. Asked for where it can
   * be; else waited for until it is quiet, or until nobody waits for the answer any more.
   */
  async diagnose(path: string, { quietMs, signal }: { quietMs: number; signal: AbortSignal }): Promise<readonly Diagnostic[]> {
    const version = this.opened.get(path)?.version;
    if (version === undefined) return [];
    if (this.commands.includes(tsserverRequest)) return askTsserver(this.client, resolve(this.root, path));
    const name = decodeURIComponent(this.uriOf(path));
    while (!this.pulls && !signal.aborted) {
      const published = this.published.get(name);
      const isOfThisText = published !== undefined && (published.version ?? version) >= version;
      if (isOfThisText && performance.now() - this.lastPublished >= quietMs) return published.diagnostics;
      await new Promise((wake) => setTimeout(wake, 20));
    }
    signal.throwIfAborted();
    const answer = await this.client.request("textDocument/diagnostic", { textDocument: { uri: this.uriOf(path) } });
    return (answer as { items?: readonly Diagnostic[] } | null)?.items ?? [];
  }
}
