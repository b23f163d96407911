import type { Tool } from "../../tools/index.ts";
import type { ToolPart } from "../contract.ts";
import { heldLog } from "../history/held-logs.ts";
import { findCallMark } from "../permissions/policy-repo.ts";
import type { HeldTurn } from "./hold-turn.ts";
import { judgeByKnownRules } from "./judge-call.ts";
import { turnTools } from "./turn-tools.ts";

// They wait for somebody instead of running.
const waiting: readonly string[] = ["task", "question"];

/** A call as the log shows it while it runs. */
export function startedPart(part: ToolPart): ToolPart {
  return { ...part, state: "running", startedAt: part.startedAt ?? new Date().toISOString() };
}

/**
 * The usual call, in one transaction: it is judged by what this process knows, and begins only if the rules and the call
 * still are as they were known, under the turn's fence. Null where anything is otherwise: then all of it is read.
 */
export async function beginKnownCall(turn: HeldTurn, callId: string): Promise<{ tool: Tool; part: ToolPart } | "lost" | null> {
  const part = heldLog(turn.key)?.part(callId);
  if (part?.type !== "tool" || part.state !== "pending" || part.metadata.invalidInput === true || waiting.includes(part.tool)) return null;
  const tool = (await turnTools(turn.key)).find(part.tool);
  const judged = tool && (await judgeByKnownRules(turn.key, tool, part));
  if (!tool || judged?.decision.action !== "allow") return null;
  const { alwaysRule: _alwaysRule, ...decision } = judged.decision;
  const started = startedPart({ ...part, decision });
  let isKnown = true;
  const isWritten = await turn.writer.write([], null, async ({ tx }) => {
    const now = await findCallMark(tx, turn.key, callId);
    isKnown = now.rules === judged.mark && now.state === "pending" && !now.hasRequest;
    return isKnown ? [{ type: "part.updated", data: { part: started } }] : [];
  });
  if (!isWritten) return "lost";
  return isKnown ? { tool, part: started } : null;
}
