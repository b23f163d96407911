import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import type { BenchAccess } from "../agent/bench-access.ts";
import { measureTurn, newSession } from "../agent/measure-turns.ts";

const reportSchema = z.object({ events: z.number(), p50Ms: z.number(), p95Ms: z.number(), lost: z.number(), doubled: z.number() });
const viewers = 500;

/** 500 viewers of one session at work: from the moment an event is written until a viewer in another process has read it. */
export async function measureViewers(url: string, access: BenchAccess): Promise<Record<string, unknown>> {
  const { sessionId, stream } = await newSession(access);
  stream.stop();
  const address = `${url}/api/v1/sessions/${sessionId}/events?after=0`;
  const child = fork(join(import.meta.dirname, "viewers.ts"), [address, String(viewers), access.keys.join(",")]);
  await once(child, "message");
  child.send("begin");
  const own = await access.follow(sessionId);
  await measureTurn(access, sessionId, own, "bench say");
  own.stop();
  // What is under way arrives.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  child.send("report");
  const [message] = await once(child, "message");
  child.kill();
  const report = reportSchema.parse(message);
  return {
    viewers,
    emitToReceiveP50Ms: report.p50Ms,
    emitToReceiveP95Ms: report.p95Ms,
    eventsLost: report.lost,
    eventsDoubled: report.doubled,
  };
}
