import type { Tool } from "../../tools/index.ts";
import type { ToolPart } from "../contract.ts";
import { heldLog } from "../history/held-logs.ts";
import { findCallMark } from "../permissions/policy-repo.ts";
import type { HeldTurn } from "./hold-turn.ts";
import { judgeByKnownRules } from "./judge-call.ts";
import type { TurnTools } from "./turn-tools.ts";

// They wait for somebody instead of running.
const waiting: readonly string[] = ["task", "question"];

/** A call as the log shows it while it runs. */
export function startedPart(part: ToolPart): ToolPart {
  return { ...part, state: "running", startedAt: part.startedAt ?? new Date().toISOString() };
}

interface KnownCall {
  readonly tool: Tool;
  /** as the log shows it from its begin on */
  readonly started: ToolPart;
  /** what the rules were known by when they allowed it */
  readonly mark: string;
}

/** The usual call, judged by what this process knows: it is allowed and only has to be run. Null: it has to be looked at more closely. */
async function judgeKnown(turn: HeldTurn, tools: TurnTools, part: ToolPart): Promise<KnownCall | null> {
  if (part.state !== "pending" || part.metadata.invalidInput === true || waiting.includes(part.tool)) return null;
  const tool = tools.find(part.tool);
  const judged = tool && (await judgeByKnownRules(turn.key, tool, part, turn.signal));
  if (!tool || judged?.decision.action !== "allow") return null;
  const { alwaysRule: _alwaysRule, ...decision } = judged.decision;
  return { tool, started: startedPart({ ...part, decision }), mark: judged.mark };
}

/**
 * The usual call, in one transaction: it is judged by what this process knows, and begins only if the rules and the call
 * still are as they were known, under the turn's fence. Null where anything is otherwise: then all of it is read.
 */
export async function beginKnownCall(
  turn: HeldTurn,
  tools: TurnTools,
  callId: string,
): Promise<{ tool: Tool; part: ToolPart } | "lost" | null> {
  const part = heldLog(turn.key)?.part(callId);
  if (part?.type !== "tool") return null;
  if (turn.begun.delete(callId)) {
    const tool = tools.find(part.tool);
    return tool && part.state === "running" ? { tool, part } : null;
  }
  const known = await judgeKnown(turn, tools, part);
  if (!known) return null;
  let isKnown = true;
  const isWritten = await turn.writer.write([], null, async ({ tx }) => {
    const now = await findCallMark(tx, turn.key, callId);
    isKnown = now.rules === known.mark && now.state === "pending" && !now.hasRequest;
    return isKnown ? [{ type: "part.updated", data: { part: known.started } }] : [];
  });
  if (!isWritten) return "lost";
  return isKnown ? { tool: known.tool, part: known.started } : null;
}

/** A call that begins in the transaction which ends its message. */
export interface BeginningCall {
  /** the call as it runs from now on; null when what stands for the rules now is not what it was judged by */
  confirm(rules: string): ToolPart | null;
  /** says that the transaction is committed */
  commit(): void;
}

/**
 * Begins the only call of a message in the transaction that ends the message: a step has one write less to wait for.
 * Null when the call has to be looked at more closely.
 */
export async function beginWithMessage(turn: HeldTurn, tools: TurnTools, calls: readonly ToolPart[]): Promise<BeginningCall | null> {
  const [part] = calls;
  const known = part && calls.length === 1 ? await judgeKnown(turn, tools, part) : null;
  if (!known) return null;
  let isConfirmed = false;
  return {
    confirm: (rules) => {
      isConfirmed = rules === known.mark;
      return isConfirmed ? known.started : null;
    },
    commit: () => {
      if (isConfirmed) turn.begun.add(known.started.id);
    },
  };
}
