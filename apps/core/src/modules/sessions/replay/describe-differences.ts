import { isDeepStrictEqual } from "node:util";
import type { Part } from "../contract.ts";
import type { SessionView } from "../session-view.ts";

const most = 50;
// What another run can't have in common: names, times, and what a clock or another machine's work tree decided.
const unlike = new Set([
  "id",
  "messageId",
  "callId",
  "startedAt",
  "endedAt",
  "retryAt",
  "durationMs",
  "ordinal",
  "treeId",
  "tailFrom",
  "prunedCalls",
  "beforeTokens",
  "afterTokens",
  "contextSize",
]);

type View = Pick<SessionView, "turns" | "messages" | "parts">;

/** Where a replayed session differs from its recording: turns by their end, parts by all that does not depend on names and times. */
export function describeDifferences(recorded: View, replayed: View, turnIds: ReadonlySet<string>): string[] {
  const differences: string[] = [];
  for (const turn of recorded.turns.filter(({ id }) => turnIds.has(id))) {
    const own = replayed.turns.find(({ id }) => id === turn.id);
    const label = `turn ${turn.ordinal}`;
    if (own?.state !== turn.state) differences.push(`${label}: ended as ${turn.state}, now as ${own?.state ?? "nothing"}`);
    const [before, after] = [turn.output, own?.output].map((output) => JSON.stringify(output ?? null));
    if (before !== after) differences.push(`${label}: output was ${before}, now ${after}`);
    differences.push(...compareParts(label, partsOf(recorded, turn.id), partsOf(replayed, turn.id)));
  }
  return differences.slice(0, most);
}

function partsOf({ messages, parts }: View, turnId: string): Part[] {
  const ids = new Set<string>(messages.filter((message) => message.turnId === turnId).map(({ id }) => id));
  // What was looked at in between is looked at in other moments; the end has it all.
  const own = parts.filter(({ messageId, type }) => ids.has(messageId) && type !== "patch");
  return own.filter(({ type }) => type !== "file");
}

function compareParts(label: string, before: readonly Part[], after: readonly Part[]): string[] {
  const found: string[] = [];
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const [a, b] = [before[index], after[index]];
    const name = `${label}, part ${index + 1} (${a?.type ?? b?.type})`;
    if (!a || !b || a.type !== b.type) {
      // From here on everything is shifted: the first difference says it.
      found.push(`${name}: was ${a?.type ?? "not there"}, now ${b?.type ?? "not there"}`);
      return found;
    }
    found.push(...compareFields(name, a, b));
  }
  return found;
}

function compareFields(name: string, a: Part, b: Part): string[] {
  const [before, after] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    if (unlike.has(field)) return [];
    const [was, is] = [before.get(field), after.get(field)].map((value) =>
      JSON.stringify(value ?? null, (key, inner: unknown) => (unlike.has(key) ? undefined : inner)),
    );
    // A recording that was kept as a file has the same fields in another order.
    return isDeepStrictEqual(JSON.parse(was ?? "null"), JSON.parse(is ?? "null"))
      ? []
      : [`${name}.${field}: was ${shorten(was)}, now ${shorten(is)}`];
  });
}

const shorten = (text = ""): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
