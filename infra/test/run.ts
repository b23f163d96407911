/** `npm test [-- part …]`: everything, or the named parts; ends with one line `N passed, N failed`. */
import { ensureSandboxTools } from "../local/sandbox-tools.ts";
import { say } from "../local/say.ts";
import { ensureWebBuild } from "../local/web-build.ts";
import { staticChecks } from "./checks/static-checks.ts";
import { ensureChromium } from "./ensure-chromium.ts";
import { ensureNativePostgres } from "./install-native-postgres.ts";
import type { Part, PartResult } from "./part.ts";
import { vitestPart } from "./vitest-part.ts";

async function nativePostgres(): Promise<string | null> {
  const result = await ensureNativePostgres(say.step);
  return result.ok ? null : result.problem;
}

async function builtProduct(): Promise<null> {
  await ensureSandboxTools();
  await ensureWebBuild();
  return null;
}

async function browser(): Promise<string | null> {
  return (await ensureChromium(say.step)) ?? (await builtProduct());
}

const onPostgres = { env: { TEST_DATABASE: "postgres" }, prepare: nativePostgres };

const parts: readonly Part[] = [
  ...staticChecks,
  vitestPart("unit", "unit"),
  vitestPart("integration", "integration", { env: { TEST_DATABASE: "pglite" } }),
  vitestPart("integration-postgres", "integration", onPostgres),
  vitestPart("tenancy", "tenancy", { env: { TEST_DATABASE: "pglite" } }),
  vitestPart("tenancy-postgres", "tenancy", onPostgres),
  vitestPart("faults", "faults", { prepare: builtProduct }),
  vitestPart("e2e", "e2e", { prepare: browser }),
];

const began = performance.now();
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

async function runPart(part: Part): Promise<PartResult> {
  const partBegan = performance.now();
  let result: PartResult;
  try {
    result = await part.run();
  } catch (error) {
    result = { passed: 0, failed: 1, output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  if (result.failed > 0) {
    say.fail(`${part.name} (${seconds(partBegan)}): ${result.failed} failed`);
    say.plain(result.output.trimEnd());
  } else if (result.skipped) {
    say.warn(`NOT RUN: ${part.name}. ${result.skipped}`);
  } else {
    say.done(`${part.name} (${seconds(partBegan)}): ${result.passed} passed`);
  }
  return result;
}

/** Static checks two at a time, what runs the product one after the other: two cores. */
async function runAll(chosen: readonly Part[]): Promise<PartResult[]> {
  const results: PartResult[] = [];
  const waiting = chosen.filter((part) => staticChecks.includes(part));
  const lane = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) results.push(await runPart(part));
  };
  await Promise.all([lane(), lane()]);
  for (const part of chosen.filter((one) => !staticChecks.includes(one))) results.push(await runPart(part));
  return results;
}

const named = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const groups: Record<string, readonly string[]> = { static: staticChecks.map((part) => part.name) };
const wanted = new Set(named.flatMap((name) => groups[name] ?? [name]));
const unknown = [...wanted].filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  say.fail(`There is no part "${unknown.join('", "')}". There are: static, ${parts.map((part) => part.name).join(", ")}.`);
  process.exit(2);
}
const results = await runAll(wanted.size === 0 ? parts : parts.filter((part) => wanted.has(part.name)));
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
say.plain(`after ${seconds(began)}`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
