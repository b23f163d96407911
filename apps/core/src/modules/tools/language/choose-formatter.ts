import { posix } from "node:path";
import type { OpenSandbox } from "../../sandbox/contract.ts";
import type { LanguageSettings } from "./language-settings.ts";

export interface FormatterChoice {
  readonly name: string;
  /** `$FILE` stands for the file */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

interface KnownFormatter {
  readonly name: string;
  readonly extensions: readonly string[];
  readonly command: readonly string[];
  /** it is used where one of these stands at the root; always when there is none */
  readonly markers: readonly string[];
  /** program of the repository that has to be there */
  readonly program?: string;
}

const scripts = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".jsonc", ".css"];
const known: readonly KnownFormatter[] = [
  {
    name: "biome",
    extensions: [...scripts, ".graphql"],
    markers: ["biome.json", "biome.jsonc"],
    program: "node_modules/.bin/biome",
    command: ["node_modules/.bin/biome", "format", "--write", "$FILE"],
  },
  {
    name: "prettier",
    extensions: [...scripts, ".html", ".vue", ".svelte", ".scss", ".less", ".md", ".mdx", ".yaml", ".yml", ".graphql"],
    markers: [
      ".prettierrc",
      ".prettierrc.json",
      ".prettierrc.yaml",
      ".prettierrc.yml",
      ".prettierrc.js",
      ".prettierrc.mjs",
      ".prettierrc.cjs",
      ".prettierrc.toml",
      "prettier.config.js",
      "prettier.config.mjs",
      "prettier.config.cjs",
      "prettier.config.ts",
    ],
    program: "node_modules/.bin/prettier",
    command: ["node_modules/.bin/prettier", "--write", "--log-level=warn", "$FILE"],
  },
  { name: "ruff", extensions: [".py", ".pyi"], markers: ["ruff.toml", ".ruff.toml"], command: ["ruff", "format", "--quiet", "$FILE"] },
  { name: "gofmt", extensions: [".go"], markers: [], command: ["gofmt", "-w", "$FILE"] },
  {
    name: "rustfmt",
    extensions: [".rs"],
    markers: ["rustfmt.toml", ".rustfmt.toml", "Cargo.toml"],
    command: ["rustfmt", "--quiet", "$FILE"],
  },
];
// Tools whose settings stand in a file that says other things too.
const sections: readonly { file: string; pattern: string; name: string; command: readonly string[]; extensions: readonly string[] }[] = [
  {
    file: "pyproject.toml",
    pattern: "^\\[tool\\.ruff",
    name: "ruff",
    command: ["ruff", "format", "--quiet", "$FILE"],
    extensions: [".py", ".pyi"],
  },
  {
    file: "pyproject.toml",
    pattern: "^\\[tool\\.black",
    name: "black",
    command: ["black", "--quiet", "$FILE"],
    extensions: [".py", ".pyi"],
  },
  {
    file: "package.json",
    pattern: '^\\s*"prettier"\\s*:',
    name: "prettier",
    command: ["node_modules/.bin/prettier", "--write", "--log-level=warn", "$FILE"],
    extensions: [...scripts, ".html", ".md", ".yaml", ".yml", ".scss"],
  },
];

/**
 * The formatter of a file: the configuration's first that names its extension, else the one that the repository itself is
 * set up for. Null for none: a file is never formatted by a tool that the repository does not use.
 */
export async function chooseFormatter(
  sandbox: OpenSandbox,
  path: string,
  setting: LanguageSettings["formatter"],
): Promise<FormatterChoice | null> {
  if (setting === false) return null;
  const extension = posix.extname(path);
  const configured = typeof setting === "object" ? setting : {};
  for (const [name, { disabled = false, command, extensions, environment = {} }] of Object.entries(configured)) {
    const [program] = command ?? [];
    if (!disabled && command && program !== undefined && (extensions ?? extensionsOf(name)).includes(extension))
      return { name, command, environment };
  }
  const isOn = (name: string) => !(Object.hasOwn(configured, name) && configured[name]?.disabled === true);
  const exists = async (file: string) => (await sandbox.stat(file).catch(() => null)) !== null;
  for (const { name, extensions, markers, program, command } of known) {
    if (!extensions.includes(extension) || !isOn(name)) continue;
    if (program !== undefined && !(await exists(program))) continue;
    if (markers.length === 0 || (await Promise.all(markers.map(exists))).includes(true)) return { name, command, environment: {} };
  }
  for (const { file, pattern, name, command, extensions } of sections) {
    if (!extensions.includes(extension) || !isOn(name) || !(await exists(file))) continue;
    if (command[0]?.includes("/") && !(await exists(command[0]))) continue;
    const found = await sandbox.grep(pattern, { path: file, maxHits: 1 }).catch(() => ({ hits: [] }));
    if (found.hits.length > 0) return { name, command, environment: {} };
  }
  return null;
}

function extensionsOf(name: string): readonly string[] {
  return known.find((formatter) => formatter.name === name)?.extensions ?? [];
}
