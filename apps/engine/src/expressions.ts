import { type CelInput, celEnv, isCelList, isCelMap, parse, plan } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { expressionPaths, withDoubleLiterals } from "./expression-paths.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

export type Bindings = { event: Json; async?: Json };

/** A compiled CEL expression over `event` and `async`. A field that isn't there reads as null, as on the Inngest server. */
export interface Expression {
  readonly source: string;
  /** True only when the expression evaluates to `true`; an error (wrong types) is false. */
  test(bindings: Bindings): boolean;
  /** The value as JSON; null when it can't be evaluated. */
  value(bindings: Bindings): Json;
}

const cache = new Map<string, Expression>();
const environment = celEnv({ funcs: strings });
const maxCached = 5_000;

/** Compiles (once) an expression; throws an Error that quotes it when it doesn't parse. */
export function compileExpression(source: string): Expression {
  const known = cache.get(source);
  if (known) return known;
  const expression = compile(source);
  if (cache.size >= maxCached) cache.clear();
  cache.set(source, expression);
  return expression;
}

function compile(source: string): Expression {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(source);
  } catch (error) {
    throw new Error(`the expression "${source}" is not valid CEL: ${error instanceof Error ? error.message : String(error)}`);
  }
  const paths = expressionPaths(parsed);
  const run = plan(environment, parsed);
  // JSON numbers are doubles; CEL adds no int to a double, so literals are tried as doubles when the first try fails.
  const runWithDoubles = plan(environment, withDoubleLiterals(parse(source)));
  const value = (bindings: Bindings): Json => {
    const complete = fillMissing(bindings, paths);
    const first = run(complete);
    const result = isFailure(first) ? runWithDoubles(complete) : first;
    return isFailure(result) ? null : toJson(result);
  };
  return { source, value, test: (bindings) => value(bindings) === true };
}

function isFailure(value: unknown): value is Error {
  return value instanceof Error;
}

function fillMissing(bindings: Bindings, paths: readonly (readonly string[])[]): Record<string, CelInput> {
  const root: JsonObject = { event: bindings.event, async: bindings.async ?? null };
  const copied = new Set<JsonObject>([root]);
  for (const path of paths) {
    let at: JsonObject = root;
    for (const [index, key] of path.entries()) {
      const next = at[key];
      if (index === path.length - 1) {
        if (next === undefined) at[key] = null;
        break;
      }
      const container: JsonObject = isJsonObject(next) ? (copied.has(next) ? next : { ...next }) : {};
      if (next !== null && next !== undefined && !isJsonObject(next)) break;
      copied.add(container);
      at[key] = container;
      at = container;
    }
  }
  return root as Record<string, CelInput>;
}

function toJson(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (isCelList(value)) return [...value].map(toJson);
  if (isCelMap(value)) return Object.fromEntries([...value.entries()].map(([key, entry]) => [String(key), toJson(entry)]));
  return String(value);
}

/** The text that a key expression (concurrency, debounce, …) gives; equal values give equal keys. */
export function keyText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
