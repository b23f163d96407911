/** `npm test [-- part …]`: everything, or the named parts; ends with one line `N passed, N failed`. */
import { ensureSandboxTools } from "../local/sandbox-tools.ts";
import { say } from "../local/say.ts";
import { ensureWebBuild } from "../local/web-build.ts";
import { staticChecks } from "./checks/static-checks.ts";
import { ensureChromium } from "./ensure-chromium.ts";
import { ensureDocker } from "./ensure-docker.ts";
import { ensureRepositoryTools } from "./ensure-repository-tools.ts";
import { ensureNativePostgres } from "./install-native-postgres.ts";
import type { Part, PartResult } from "./part.ts";
import { vitestPart } from "./vitest-part.ts";

let preparing: Promise<unknown> = Promise.resolve();

/** Preparations install packages and build: one at a time, each once, however many parts ask for it. */
function once(prepare: () => Promise<string | null>): () => Promise<string | null> {
  let prepared: Promise<string | null> | undefined;
  return () => {
    if (!prepared) {
      prepared = preparing.then(prepare);
      preparing = prepared.catch(() => undefined);
    }
    return prepared;
  };
}

const nativePostgres = once(async () => {
  const result = await ensureNativePostgres(say.step);
  return result.ok ? null : result.problem;
});

/** Without them tests are skipped, which is said; nothing fails. */
const repositoryTools = once(async () => {
  const problem = await ensureRepositoryTools(say.step);
  if (problem !== null) say.warn(`NOT RUN: ${problem}`);
  return null;
});

const builtProduct = once(async () => {
  await ensureSandboxTools();
  await ensureWebBuild();
  return null;
});

const chromium = once(() => ensureChromium(say.step));
const browser = async () => (await chromium()) ?? (await builtProduct());

const dockerEnv: Record<string, string> = { TEST_DATABASE: "pglite" };
const docker = once(async () => {
  const found = await ensureDocker(say.step);
  if (found.ok) dockerEnv.DOCKER_HOST = found.host;
  return found.ok ? null : found.problem;
});
const dockerTests = ["tests/integration/sandbox/docker.test.ts", "tests/integration/sessions/held-commands.test.ts"];
/** They use a real sandbox and no database: once is enough. */
const sandboxOnly = [
  "tests/integration/providers/demo-tasks.test.ts",
  "tests/integration/sandbox/bubblewrap.test.ts",
  "tests/integration/tools/builtin-tools.test.ts",
  "tests/integration/tools/patch.test.ts",
];

const onPostgres = { env: { TEST_DATABASE: "postgres" }, prepare: nativePostgres };

const parts: readonly Part[] = [
  ...staticChecks,
  vitestPart("unit", "unit", { prepare: repositoryTools }),
  vitestPart("integration", "integration", { env: { TEST_DATABASE: "pglite" }, prepare: repositoryTools, without: dockerTests }),
  vitestPart("integration-postgres", "integration", {
    ...onPostgres,
    prepare: async () => (await repositoryTools()) ?? (await nativePostgres()),
    without: [...dockerTests, ...sandboxOnly],
  }),
  vitestPart("docker", "integration", { env: dockerEnv, prepare: docker, only: dockerTests, mayBeMissing: true }),
  vitestPart("tenancy", "tenancy", { env: { TEST_DATABASE: "pglite" } }),
  vitestPart("tenancy-postgres", "tenancy", onPostgres),
  vitestPart("faults", "faults", { prepare: builtProduct }),
  vitestPart("e2e", "e2e", { prepare: browser }),
];

const waitingParts: ReadonlySet<string> = new Set(["faults", "docker"]);

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

/** Takes the parts of a queue one after the other; several lanes may share one. */
async function lane(queue: Part[], results: PartResult[]): Promise<void> {
  for (let part = queue.shift(); part; part = queue.shift()) results.push(await runPart(part));
}

/** Static checks two at a time, then what runs the product; the faults, which mostly wait, run beside the rest: two cores. */
async function runAll(chosen: readonly Part[]): Promise<PartResult[]> {
  const results: PartResult[] = [];
  const checks = chosen.filter((part) => staticChecks.includes(part));
  await Promise.all([lane(checks, results), lane(checks, results)]);
  const tests = chosen.filter((part) => !staticChecks.includes(part));
  const isWaiting = (part: Part) => waitingParts.has(part.name);
  await Promise.all([
    lane(
      tests.filter((part) => !isWaiting(part)),
      results,
    ),
    lane(tests.filter(isWaiting), results),
  ]);
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
