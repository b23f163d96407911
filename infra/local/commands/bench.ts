/** `npm run bench -- <name> [--json] [--dataset <path>] [args]`: runs tests/bench/<name>.ts; the last line of --json is one object. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../say.ts";
import { root } from "../settings.ts";

interface Benchmark {
  readonly run: (options: { dataset?: string; args: string[] }) => Promise<Record<string, unknown>>;
}

function isBenchmark(module: unknown): module is Benchmark {
  return typeof module === "object" && module !== null && "run" in module && typeof module.run === "function";
}

const directory = join(root, "tests/bench");
const names = readdirSync(directory)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => file.replace(/\.ts$/, ""));

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false }, dataset: { type: "string" } },
  allowPositionals: true,
  strict: false,
});
const [name = "", ...args] = positionals;

if (existsSync(join(directory, `${name}.ts`))) {
  const module: unknown = await import(join(directory, `${name}.ts`));
  if (!isBenchmark(module)) throw new Error(`tests/bench/${name}.ts does not export run(options)`);
  const dataset = typeof values.dataset === "string" ? values.dataset : undefined;
  const figures = await module.run({ args, ...(dataset === undefined ? {} : { dataset }) });
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else for (const [key, value] of Object.entries(figures)) process.stdout.write(`${key.padEnd(28)} ${JSON.stringify(value)}\n`);
} else {
  say.fail(name === "" ? "Name a benchmark." : `There is no benchmark "${name}".`);
  say.plain(`    npm run bench -- <name> [--json], with one of: ${names.join(", ")}`);
  process.exitCode = 2;
}
