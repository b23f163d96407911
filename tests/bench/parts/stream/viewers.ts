/**
 * Viewers of one session as a process of their own, so that reading does not slow down what is measured.
 * Arguments: address, number of viewers, keys separated by commas. Says "joined" to its parent, and what it saw when asked.
 */
import { type ClientRequest, get } from "node:http";

interface Viewer {
  readonly seqs: number[];
  rest: string;
}

const [address = "", count = "1", keys = ""] = process.argv.slice(2);
const tokens = keys.split(",");
const latencies: number[] = [];
const viewers: Viewer[] = [];
const requests: ClientRequest[] = [];
const frame = /id: (\d+)\ndata: \{"seq":\d+,"at":"([^"]+)"/g;
let joined = 0;

function take(viewer: Viewer, chunk: Buffer): void {
  const now = Date.now();
  const text = viewer.rest + chunk.toString("latin1");
  const end = text.lastIndexOf("\n\n") + 2;
  viewer.rest = text.slice(end);
  for (const [, seq, at] of text.slice(0, end).matchAll(frame)) {
    viewer.seqs.push(Number(seq));
    latencies.push(now - Date.parse(at ?? ""));
  }
}

function join(token: string): void {
  const viewer: Viewer = { seqs: [], rest: "" };
  viewers.push(viewer);
  const request = get(address, { headers: { authorization: `Bearer ${token}` }, agent: false }, (response) => {
    if (response.statusCode !== 200) throw new Error(`a viewer got ${response.statusCode}`);
    response.once("data", () => {
      joined += 1;
      if (joined === Number(count)) process.send?.("joined");
    });
    response.on("data", (chunk: Buffer) => take(viewer, chunk));
  });
  requests.push(request);
}

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

process.on("message", (message) => {
  if (message === "begin") latencies.length = 0;
  if (message !== "report") return;
  const all = new Set(viewers.flatMap((viewer) => viewer.seqs));
  const sorted = latencies.toSorted((a, b) => a - b);
  process.send?.({
    events: all.size,
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    lost: viewers.reduce((sum, viewer) => sum + all.size - new Set(viewer.seqs).size, 0),
    doubled: viewers.reduce((sum, viewer) => sum + viewer.seqs.length - new Set(viewer.seqs).size, 0),
  });
  for (const request of requests) request.destroy();
});

for (let index = 0; index < Number(count); index++) join(tokens[index % tokens.length] ?? "");
