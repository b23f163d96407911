import type { SessionId } from "../../../platform/ids.ts";
import type { Decision } from "../../tools/index.ts";
import type { RecordedCall } from "./recorded-call-repo.ts";

export interface Flip {
  readonly call: RecordedCall;
  readonly before: Decision;
  readonly after: Decision;
}

type Verdict = Pick<Decision, "action" | "permission" | "pattern" | "layer" | "access">;

/** Calls that would be decided otherwise for the same reason. */
export interface FlipGroup {
  readonly before: Verdict;
  readonly after: Verdict;
  count: number;
  readonly examples: {
    readonly sessionId: SessionId;
    readonly sessionTitle: string;
    readonly callId: string;
    readonly tool: string;
    readonly target: string;
  }[];
}

const maxExamples = 5;
const maxGroups = 100;

const verdictOf = ({ action, permission, pattern, layer, access }: Decision): Verdict => ({
  action,
  permission,
  pattern,
  layer,
  ...(access ? { access } : {}),
});

/** Puts a flip to those with the same rules before and after. */
export function addFlip(groups: Map<string, FlipGroup>, { call, before, after }: Flip): void {
  const verdicts = { before: verdictOf(before), after: verdictOf(after) };
  const key = JSON.stringify(verdicts);
  const group = groups.get(key) ?? { ...verdicts, count: 0, examples: [] };
  group.count++;
  const target = (after.target || before.target).slice(0, 300);
  const isNew = !group.examples.some((example) => example.sessionId === call.sessionId && example.target === target);
  if (isNew && group.examples.length < maxExamples) {
    const { sessionId, sessionTitle, part } = call;
    group.examples.push({ sessionId, sessionTitle, callId: part.id, tool: part.tool, target });
  }
  groups.set(key, group);
}

/** What is refused from now on first, then what is asked, then what becomes free; the most frequent first. */
export function groupsOf(groups: ReadonlyMap<string, FlipGroup>): FlipGroup[] {
  const rank = { deny: 0, ask: 1, allow: 2 } as const;
  return [...groups.values()].toSorted((a, b) => rank[a.after.action] - rank[b.after.action] || b.count - a.count).slice(0, maxGroups);
}
