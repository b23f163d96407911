import { posix } from "node:path";
import type { OpenSandbox } from "../../sandbox/contract.ts";
import { type LanguageServerName, provideLanguageServer } from "../../sandbox/index.ts";
import type { LanguageSettings } from "./language-settings.ts";

export interface ServerChoice {
  readonly name: string;
  readonly candidates: readonly (readonly string[])[];
  readonly environment: Readonly<Record<string, string>>;
  readonly initialization: Readonly<Record<string, unknown>>;
}

/** How servers are asked; what is left out is the product's. */
export interface AskingOptions {
  readonly provide?: ProvideServer;
  readonly timeoutMs?: number;
  /** how long an unused server is kept */
  readonly idleMs?: number;
}

/** Makes a server that travels with us available; null when it is left out. */
export type ProvideServer = (name: LanguageServerName) => Promise<string | null>;

interface KnownServer {
  readonly name: LanguageServerName;
  readonly extensions: readonly string[];
  /** what says that the directory, or one above it, is a project of that language: without one, its errors would mean little */
  readonly markers: readonly string[];
  readonly own: readonly (readonly string[])[];
  readonly bundled: (modules: string) => readonly string[];
  readonly initialization: (modules: string | null) => Readonly<Record<string, unknown>>;
}

const known: readonly KnownServer[] = [
  {
    name: "typescript",
    extensions: [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"],
    markers: ["tsconfig.json", "jsconfig.json"],
    own: [["node_modules/.bin/typescript-language-server", "--stdio"]],
    bundled: (modules) => ["node", `${modules}/typescript-language-server/lib/cli.mjs`, "--stdio"],
    initialization: (modules) => ({
      disableAutomaticTypingAcquisition: true,
      // The partial server answers first, and knows one file.
      tsserver: { useSyntaxServer: "never", ...(modules === null ? {} : { fallbackPath: `${modules}/typescript/lib/tsserver.js` }) },
    }),
  },
  {
    name: "pyright",
    extensions: [".py", ".pyi"],
    markers: ["pyrightconfig.json", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile"],
    own: [
      ["node_modules/.bin/pyright-langserver", "--stdio"],
      ["pyright-langserver", "--stdio"],
      ["basedpyright-langserver", "--stdio"],
    ],
    bundled: (modules) => ["node", `${modules}/pyright/langserver.index.js`, "--stdio"],
    initialization: () => ({}),
  },
];

/**
 * The language server of a file: the configuration's first that names its extension, else TypeScript's or Python's where
 * the file lies in such a project. The repository's own program comes before the one that travels with us. Null for none.
 */
export async function chooseServer(
  sandbox: OpenSandbox,
  path: string,
  setting: LanguageSettings["lsp"],
  provide: ProvideServer = provideLanguageServer,
): Promise<ServerChoice | null> {
  if (setting === false) return null;
  const extension = posix.extname(path);
  const configured = typeof setting === "object" ? setting : {};
  for (const [name, { disabled = false, command = [], extensions = [], env = {}, initialization = {} }] of Object.entries(configured)) {
    if (!disabled && command.length > 0 && extensions.includes(extension))
      return { name, candidates: [command], environment: env, initialization };
  }
  const server = known.find(({ extensions }) => extensions.includes(extension));
  if (!server) return null;
  const own = Object.hasOwn(configured, server.name) ? configured[server.name] : undefined;
  if (own?.disabled || !(await isProject(sandbox, path, server.markers))) return null;
  const modules = await provide(server.name).catch(() => null);
  return {
    name: server.name,
    candidates: [...server.own, ...(modules === null ? [] : [server.bundled(modules)])],
    environment: own?.env ?? {},
    initialization: { ...server.initialization(modules), ...own?.initialization },
  };
}

async function isProject(sandbox: OpenSandbox, path: string, markers: readonly string[]): Promise<boolean> {
  const directories: string[] = [];
  for (let directory = posix.dirname(path); ; directory = posix.dirname(directory)) {
    directories.push(directory);
    if (directory === "." || directory === "/" || directories.length > 20) break;
  }
  const names = directories.flatMap((directory) => markers.map((marker) => posix.join(directory, marker)));
  const found = await Promise.all(names.map((name) => sandbox.stat(name).catch(() => null)));
  return found.some((stat) => stat !== null);
}
