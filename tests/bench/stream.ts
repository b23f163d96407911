import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { z } from "zod";
import { startTestProduct } from "../harness/start-product.ts";
import { makeBenchWorkspace } from "./parts/bench-workspace.ts";

const reportSchema = z.object({ events: z.number(), p50Ms: z.number(), p95Ms: z.number(), lost: z.number(), doubled: z.number() });
type Report = z.infer<typeof reportSchema>;

const text = "The quick brown fox jumps over the lazy dog while the agent explains what it is about to do next. ".repeat(60);
const keysForAll = 10;

/**
 * Viewers of one session on the real web process, while the worker streams a model's answer into its log: from the
 * moment an event is written (its `at`) until a viewer in another process has read it.
 */
export async function run(options: { args: string[] }): Promise<Record<string, unknown>> {
  const viewers = Number(options.args[0] ?? 500);
  const model = new LLMock({ port: 0 });
  await model.start();
  model.onMessage(/./, { content: text }, { chunkSize: 12, latency: 20 });
  const dataDirectory = await mkdtemp(join(tmpdir(), "opencode-bench-stream-"));
  const product = await startTestProduct({
    dataDirectory,
    env: { ANTHROPIC_API_KEY: "sk-ant-bench", ANTHROPIC_BASE_URL: model.url, LOG_LEVEL: "warn" },
  });
  try {
    const bench = await prepare(product.running.env);
    await measure(product.url, bench, 5);
    const at200 = await measure(product.url, bench, Math.min(200, viewers));
    const full = await measure(product.url, bench, viewers);
    return {
      viewers,
      emitToReceiveP50Ms: full.p50Ms,
      emitToReceiveP95Ms: full.p95Ms,
      at200P95Ms: at200.p95Ms,
      lost: full.lost + at200.lost,
      doubled: full.doubled + at200.doubled,
      events: full.events,
    };
  } finally {
    await product.stop();
    await model.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

interface Bench {
  readonly keys: readonly string[];
  newSession(): Promise<{ sessionId: string; begin(): Promise<void>; untilEnded(): Promise<void> }>;
}

/** A workspace, keys and the sample repository in the running product's own database. */
async function prepare(env: Readonly<Record<string, string>>): Promise<Bench> {
  const { actorId, workspaceId, repositoryId, keys } = await makeBenchWorkspace(env, keysForAll);
  const { createSession, submitPrompt, getSession } = await import("@opencode/core/modules/sessions/index.ts");
  return {
    keys,
    newSession: async () => {
      const actor = { kind: "user" as const, id: actorId };
      const { sessionId } = await createSession({
        workspaceId,
        repositoryId,
        actor,
        origin: "api",
        model: "anthropic/bench",
      });
      return {
        sessionId,
        begin: async () => void (await submitPrompt({ workspaceId, sessionId, prompt: "Say a lot." })),
        untilEnded: async () => {
          for (;;) {
            const { view } = await getSession({ workspaceId, sessionId });
            const [turn] = view.turns;
            if (turn?.state === "completed") return;
            if (turn?.state === "failed") throw new Error(`the turn failed: ${turn.error?.message}`);
            await new Promise((resolve) => setTimeout(resolve, 500));
          }
        },
      };
    },
  };
}

async function measure(url: string, bench: Bench, viewers: number): Promise<Report> {
  const session = await bench.newSession();
  const address = `${url}/api/v1/sessions/${session.sessionId}/events?after=0`;
  const child = fork(join(import.meta.dirname, "parts/stream/viewers.ts"), [address, String(viewers), bench.keys.join(",")]);
  await once(child, "message");
  child.send("begin");
  await session.begin();
  await session.untilEnded();
  // What is under way arrives.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  child.send("report");
  const [report] = await once(child, "message");
  child.kill();
  return reportSchema.parse(report);
}
