import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { OpenSandbox } from "../../sandbox/contract.ts";
import { workspacePath } from "../workspace-path.ts";
import { rangeSchema } from "./run-language-tools.ts";

interface Description {
  readonly text: string;
  readonly count: number;
}

const locationSchema = z.object({ uri: z.string(), range: rangeSchema });
const locationsSchema = z.union([z.array(locationSchema), locationSchema.transform((one) => [one])]).catch([]);
const maxLinesRead = 100;

function pathOf(uri: string): string {
  try {
    return workspacePath(fileURLToPath(uri));
  } catch {
    return uri;
  }
}

/** `path:line:column: text of the line`, in the order of the paths. */
export async function describeLocations(result: unknown, sandbox: Pick<OpenSandbox, "readFile">): Promise<Description> {
  const found = locationsSchema.parse(result).map(({ uri, range }) => ({ path: pathOf(uri), ...range.start }));
  const files = new Map<string, readonly string[]>();
  for (const { path } of found.slice(0, maxLinesRead)) {
    if (files.has(path)) continue;
    // A definition may lie in a library that is no file of the workspace.
    const file = await sandbox.readFile(path, { maxBytes: 2 * 1024 * 1024 }).catch(() => null);
    files.set(path, file ? Buffer.from(file.content).toString("utf8").split("\n") : []);
  }
  const lines = found
    .toSorted((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
    .map(({ path, line, character }) => `${path}:${line + 1}:${character + 1}: ${(files.get(path)?.[line] ?? "").trim().slice(0, 200)}`);
  return { text: lines.join("\n"), count: lines.length };
}

const markedSchema = z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]);
const hoverSchema = z
  .object({ contents: z.union([markedSchema.transform((one) => [one]), z.array(markedSchema)]) })
  .transform(({ contents }) => contents.filter((text) => text.trim() !== ""))
  .catch([]);

/** Type and documentation of a symbol. */
export function describeHover(result: unknown): Description {
  const texts = hoverSchema.parse(result);
  return { text: texts.join("\n\n").trim(), count: texts.length };
}

const symbolKinds =
  " file module namespace package class method property field constructor enum interface function variable constant string number boolean array object key null member struct event operator type".split(
    " ",
  );

interface SymbolNode {
  name: string;
  kind: number;
  range?: z.infer<typeof rangeSchema> | undefined;
  location?: { uri: string; range: z.infer<typeof rangeSchema> } | undefined;
  children?: SymbolNode[] | undefined;
}
const symbolSchema: z.ZodType<SymbolNode> = z.lazy(() =>
  z.object({
    name: z.string(),
    kind: z.number().int(),
    range: rangeSchema.optional(),
    location: locationSchema.optional(),
    children: z.array(symbolSchema).optional(),
  }),
);

/** One line a symbol: its line (or its place), kind and name; members below, indented. */
export function describeSymbols(result: unknown): Description {
  const parsed = z.array(symbolSchema).safeParse(result);
  const lines: string[] = [];
  const add = (symbol: SymbolNode, depth: number) => {
    const { name, kind, range, location, children = [] } = symbol;
    const where = location ? `${pathOf(location.uri)}:${location.range.start.line + 1}` : String((range?.start.line ?? 0) + 1);
    lines.push(`${"  ".repeat(depth)}${where}: ${symbolKinds[kind] ?? "symbol"} ${name}`);
    for (const child of children) if (depth < 4) add(child, depth + 1);
  };
  for (const symbol of parsed.success ? parsed.data : []) add(symbol, 0);
  return { text: lines.join("\n"), count: lines.length };
}
