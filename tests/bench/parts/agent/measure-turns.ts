import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import type { BenchAccess, Followed } from "./bench-access.ts";

const model = "anthropic/bench";

export const median = (values: readonly number[]): number => percentile(values, 0.5);
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return Math.round(value * 10) / 10;
}

export async function newSession(access: BenchAccess): Promise<{ sessionId: string; stream: Followed }> {
  const { sessionId } = await access.post("/sessions", { repositoryId: access.repositoryId, model });
  const id = String(sessionId);
  return { sessionId: id, stream: await access.follow(id) };
}

const isToken = (event: LoggedEvent): boolean =>
  event.type === "part.delta" ||
  (event.type === "part.updated" && event.data.part.type === "text" && event.data.part.text !== "" && event.data.part.ordinal > 0);

function isEnd(turnId: unknown): (event: LoggedEvent) => boolean {
  return (event) =>
    event.type === "turn.updated" && event.data.turn.id === turnId && ["completed", "failed", "aborted"].includes(event.data.turn.state);
}

export interface MeasuredTurn {
  /** from the prompt's request to the first text that the client has read; null when there was none */
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  /** between the ends of two model steps, as the client saw them */
  readonly stepMs: readonly number[];
  readonly state: string;
}

/** One prompt through the REST API, watched over the event stream. */
export async function measureTurn(access: BenchAccess, sessionId: string, stream: Followed, prompt: string): Promise<MeasuredTurn> {
  const from = stream.seen.length;
  const startedMs = performance.now();
  const { turnId } = await access.post(`/sessions/${sessionId}/prompts`, { prompt });
  const end = await stream.until(isEnd(turnId), from);
  const seen = stream.seen.slice(from);
  const finishes = seen.filter(({ event }) => event.type === "part.updated" && event.data.part.type === "step-finish");
  const first = seen.find(({ event }) => isToken(event));
  return {
    firstTokenMs: first ? first.atMs - startedMs : null,
    totalMs: end.atMs - startedMs,
    stepMs: finishes.slice(1).map(({ atMs }, index) => atMs - (finishes[index]?.atMs ?? atMs)),
    state: end.event.type === "turn.updated" ? end.event.data.turn.state : "unknown",
  };
}
