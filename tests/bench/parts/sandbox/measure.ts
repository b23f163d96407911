import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { OpenSandbox, SandboxDriverName } from "@opencode/core/modules/sandbox/contract.ts";
import { createRuntime, destroySandbox, openSandbox, reapSandboxes, type SandboxRuntime } from "@opencode/core/modules/sandbox/index.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { makeSession } from "../../../integration/sandbox/tenant-rows.ts";
import { countLeftovers, type Leftovers } from "./leftovers.ts";

const run = promisify(execFile);
type SessionKey = Awaited<ReturnType<typeof makeSession>>;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const fill = async (directory: string): Promise<void> => {
  await writeFile(join(directory, "readme.md"), "# A file\n".repeat(100));
};

export async function measureSandboxes(args: string[]): Promise<Record<string, unknown>> {
  const scale = args.includes("--quick") ? 0.1 : 1;
  const wanted = (name: SandboxDriverName) => !args.some((arg) => arg === "bubblewrap" || arg === "docker") || args.includes(name);
  const dataDirectory = await mkdtemp(join(tmpdir(), "sandbox-bench-"));
  try {
    const runtimeOf = (driver: SandboxDriverName) =>
      createRuntime({ dataDirectory, driver, dockerImage: process.env.SANDBOX_DOCKER_IMAGE ?? "opencode-sandbox:latest" });
    const bubblewrap = wanted("bubblewrap") ? await measureDriver(runtimeOf("bubblewrap"), "bubblewrap", scale) : null;
    const docker = wanted("docker") ? await measureDriver(runtimeOf("docker"), "docker", scale / 2) : null;
    const main = runtimeOf(bubblewrap ? "bubblewrap" : "docker");
    const before = await countLeftovers(dataDirectory);
    const concurrent = await measureConcurrent(main, Math.round(50 * scale));
    const leftovers = await measureLeftovers(main, Math.round(500 * scale), before, dataDirectory);
    return { bubblewrap, docker, concurrent, leftovers };
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

let calls = 0;
function call(box: OpenSandbox, command: string) {
  calls += 1;
  return box.exec({ callId: `bench-${calls}`, command, timeoutMs: 30_000 });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function measureDriver(runtime: SandboxRuntime, name: SandboxDriverName, scale: number): Promise<Record<string, unknown> | null> {
  const probe = await runtime.drivers[name].probe();
  if (!probe.ok) {
    say(`${name}: ${probe.reason}`);
    return null;
  }
  const figures = { create: [] as number[], read: [] as number[], exec: [] as number[], resume: [] as number[], plain: [] as number[] };
  for (let round = 0; round <= Math.max(3, Math.round(20 * scale)); round += 1) {
    const key = await makeSession();
    const { box, createMs } = await createdBox(key, runtime);
    if (round > 0) figures.create.push(createMs); // the first one prepares the agent's program
    for (let repeat = 0; repeat < 20; repeat += 1) {
      figures.read.push(await timed(() => box.readFile("readme.md")));
      figures.exec.push(await timed(() => call(box, "true")));
      if (name === "docker" && repeat < 3) figures.plain.push(await timed(() => run("docker", ["exec", `opencode-${box.id}`, "true"])));
    }
    await box.close();
    await reapSandboxes(new Date(Date.now() + limits.sandbox.idleMs + 60_000), runtime);
    figures.resume.push(await timed(async () => call(await openSandbox({ ...key, fill }, runtime), "true")));
    await destroySandbox(key, runtime);
  }
  const result = {
    version: probe.version,
    createToFirstResultP50Ms: percentile(figures.create, 0.5),
    createToFirstResultP95Ms: percentile(figures.create, 0.95),
    readP50Ms: percentile(figures.read, 0.5),
    execP50Ms: percentile(figures.exec, 0.5),
    execP95Ms: percentile(figures.exec, 0.95),
    resumeP50Ms: percentile(figures.resume, 0.5),
    ...(name === "docker" && { plainDockerExecP50Ms: percentile(figures.plain, 0.5) }),
  };
  say(`${name}: ${JSON.stringify(result)}`);
  return result;
}

async function createdBox(key: SessionKey, runtime: SandboxRuntime): Promise<{ box: OpenSandbox; createMs: number }> {
  const startedAt = performance.now();
  const box = await openSandbox({ ...key, fill }, runtime);
  const first = await call(box, "echo first");
  if (first.output !== "first\n") throw new Error(`the first command said ${JSON.stringify(first.output)}`);
  return { box, createMs: performance.now() - startedAt };
}

async function measureConcurrent(runtime: SandboxRuntime, count: number): Promise<Record<string, unknown>> {
  const keys: SessionKey[] = [];
  for (let index = 0; index < count; index += 1) keys.push(await makeSession());
  const startedAt = performance.now();
  const opened = await Promise.all(keys.map((key) => createdBox(key, runtime)));
  const allReadyMs = round(performance.now() - startedAt);
  const execs: number[] = [];
  await Promise.all(opened.map(async ({ box }) => execs.push(await timed(() => call(box, "true")))));
  const residentMegabytes = await memoryOfAgents();
  await Promise.all(keys.map((key) => destroySandbox(key, runtime)));
  const result = { sandboxes: count, allReadyMs, execP50Ms: percentile(execs, 0.5), agentProportionalMegabytes: residentMegabytes };
  say(`at once: ${JSON.stringify(result)}`);
  return result;
}

/** The mean share of memory (PSS) of a running agent, in megabytes; null where it can't be read. */
async function memoryOfAgents(): Promise<number | null> {
  const { stdout } = await run("ps", ["-eo", "pid,args"], { maxBuffer: 16 * 1024 * 1024 });
  const pids = stdout
    .split("\n")
    .flatMap((line) => (/^\s*\d+ \/opt\/opencode\/bin\/node .*main\.mjs/.test(line) ? [Number.parseInt(line, 10)] : []));
  const shares: number[] = [];
  for (const pid of pids) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    const kilobytes = /^Pss:\s+(\d+)/m.exec(rollup)?.[1];
    if (kilobytes) shares.push(Number(kilobytes) / 1024);
  }
  return shares.length === 0 ? null : round(shares.reduce((sum, share) => sum + share, 0) / shares.length);
}

async function measureLeftovers(
  runtime: SandboxRuntime,
  count: number,
  before: Leftovers,
  directory: string,
): Promise<Record<string, unknown>> {
  const startedAt = performance.now();
  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    for (let index = lane; index < count; index += 4) {
      const key = await makeSession();
      const { box } = await createdBox(key, runtime);
      await call(box, "(setsid sleep 600 &) ; head -c 100000 /dev/zero > file");
      await box.close();
      await destroySandbox(key, runtime);
    }
  });
  await Promise.all(lanes);
  const after = await countLeftovers(directory);
  const left = Object.fromEntries(Object.entries(after).map(([what, number]) => [what, number - (before[what] ?? 0)]));
  const result = { cycles: count, seconds: round((performance.now() - startedAt) / 1_000), ...left };
  say(`left behind: ${JSON.stringify(result)}`);
  return result;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
