import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestProduct } from "../harness/start-product.ts";
import { type BenchAccess, openAccess } from "./parts/agent/bench-access.ts";
import { startBenchModel } from "./parts/agent/bench-model.ts";
import { measureLargeSession } from "./parts/agent/measure-large-session.ts";
import { type MeasuredTurn, measureTurn, median, newSession, percentile } from "./parts/agent/measure-turns.ts";
import { cpuMs, residentMb } from "./parts/agent/process-memory.ts";
import { measureViewers } from "./parts/stream/measure-viewers.ts";

const round = (value: number): number => Math.round(value * 10) / 10;

/**
 * The agent through the whole product: the client's REST request and event stream, web, engine, worker, sandbox and log;
 * the model answers at once. Arguments: the parts to measure (first, steps, crowd, viewers, large), all without any.
 */
export async function run({ args }: { args: string[] }): Promise<Record<string, unknown>> {
  const wants = (part: string): boolean => args.length === 0 || args.includes(part);
  const model = await startBenchModel();
  const dataDirectory = await mkdtemp(join(tmpdir(), "opencode-bench-agent-"));
  const product = await startTestProduct({
    dataDirectory,
    // The web app may have to be built first.
    timeoutMs: 900_000,
    env: { ANTHROPIC_API_KEY: "sk-ant-bench", ANTHROPIC_BASE_URL: model.url, LOG_LEVEL: "warn" },
  });
  try {
    const access = await openAccess(product.url, product.running.env);
    await warmUp(access);
    return {
      ...(wants("first") ? await measureFirstToken(access) : {}),
      ...(wants("steps") ? await measureLongSession(access, product.running.pids) : {}),
      ...(wants("crowd") ? await measureCrowd(access, 20, 20) : {}),
      ...(wants("viewers") ? await measureViewers(product.url, access) : {}),
      ...(wants("large") ? await measureLargeSession(access) : {}),
    };
  } finally {
    await product.stop();
    await model.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** The repository's mirror, the first sandbox and compiled code: what only the very first session pays for. */
async function warmUp(access: BenchAccess): Promise<void> {
  const { sessionId, stream } = await newSession(access);
  const turn = await measureTurn(access, sessionId, stream, "bench bash 3");
  if (turn.state !== "completed") throw new Error(`the first turn ended as ${turn.state}`);
  stream.stop();
}

const firstTokenOf = (turns: readonly MeasuredTurn[]): number[] => turns.flatMap(({ firstTokenMs }) => firstTokenMs ?? []);

async function measureFirstToken(access: BenchAccess) {
  const { sessionId, stream } = await newSession(access);
  const turns: MeasuredTurn[] = [];
  for (let index = 0; index < 22; index++) turns.push(await measureTurn(access, sessionId, stream, `Say it, ${index}.`));
  stream.stop();
  const fresh: MeasuredTurn[] = [];
  for (let index = 0; index < 7; index++) {
    const made = await newSession(access);
    fresh.push(await measureTurn(access, made.sessionId, made.stream, "Say it."));
    made.stream.stop();
  }
  const times = firstTokenOf(turns.slice(1));
  return {
    firstTokenP50Ms: median(times),
    firstTokenP95Ms: percentile(times, 0.95),
    newSessionFirstTokenP50Ms: median(firstTokenOf(fresh)),
    turnP50Ms: median(turns.map(({ totalMs }) => totalMs)),
  };
}

type Pids = Readonly<Record<string, number | null | undefined>>;
const cpuOf = (pids: Pids) => ({ worker: cpuMs(pids.worker), database: cpuMs(pids.database), engine: cpuMs(pids.engine) });

/** 200 steps in one session, in four turns; each step is a model call and a command in the sandbox. */
async function measureLongSession(access: BenchAccess, pids: Pids) {
  const { sessionId, stream } = await newSession(access);
  const stepMs: number[] = [];
  const before = cpuOf(pids);
  for (let turn = 0; turn < 4; turn++) stepMs.push(...(await measureTurn(access, sessionId, stream, `bench bash 50, turn ${turn}`)).stepMs);
  stream.stop();
  const memory = residentMb(pids.worker);
  const after = cpuOf(pids);
  const reading = await newSession(access);
  const read = await measureTurn(access, reading.sessionId, reading.stream, "bench read 30");
  reading.stream.stop();
  const early = stepMs.slice(1, 21);
  const late = stepMs.slice(-20);
  return {
    stepOverheadP50Ms: median(stepMs),
    stepOverheadP95Ms: percentile(stepMs, 0.95),
    stepOverheadAt2Ms: median(early),
    stepOverheadAt200Ms: median(late),
    readStepOverheadP50Ms: median(read.stepMs),
    steps: stepMs.length,
    workerRssMbAfter200Steps: memory,
    workerCpuMsAStep: round((after.worker - before.worker) / 200),
    databaseCpuMsAStep: round((after.database - before.database) / 200),
    engineCpuMsAStep: round((after.engine - before.engine) / 200),
  };
}

async function measureCrowd(access: BenchAccess, count: number, steps: number) {
  const sessions = await Promise.all(Array.from({ length: count }, () => newSession(access)));
  const startedMs = performance.now();
  const turns = await Promise.all(sessions.map(({ sessionId, stream }) => measureTurn(access, sessionId, stream, `bench bash ${steps}`)));
  const seconds = (performance.now() - startedMs) / 1000;
  for (const { stream } of sessions) stream.stop();
  return {
    concurrentSessions: count,
    failedSessions: turns.filter(({ state }) => state !== "completed").length,
    stepsPerSecondAt20: round((count * steps) / seconds),
    crowdSeconds: round(seconds),
  };
}
