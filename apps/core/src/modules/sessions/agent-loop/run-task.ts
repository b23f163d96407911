import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import { type ChildTurn, findChildTurn, findFinalText, sumTurnUse } from "../children/child-repo.ts";
import { startChild } from "../children/start-child.ts";
import { taskInputSchema } from "../children/task-tool.ts";
import type { ToolPart } from "../contract.ts";
import { addUsage, turnErrorOf } from "../repo.ts";
import { waitOnChild } from "./ask-permission.ts";
import type { HeldTurn } from "./hold-turn.ts";
import type { ToolCallResult } from "./run-tool-call.ts";

const active: readonly string[] = ["queued", "running", "waiting"];

/**
 * Runs a call of the task tool: starts its sub-agent once, answers "child" while that works, and ends the call with its
 * last message. In a batch the turn goes on with the other calls before it waits.
 */
export async function runTask(turn: HeldTurn, part: ToolPart, among: "batch" | "alone"): Promise<ToolCallResult> {
  const { key } = turn;
  const input = taskInputSchema.safeParse(part.input);
  if (!input.success)
    return endTask(turn, part, { error: `The input does not fit: ${input.error.issues[0]?.message ?? "see the tool's schema"}` });
  const find = () => withTenant(key.workspaceId, (tx) => findChildTurn(tx, key, part.callId));
  let child = await find();
  if (!child) {
    try {
      if ((await startChild(key, part.callId, input.data)) === "lost") return { outcome: "lost" };
    } catch (error) {
      if (error instanceof AppError && error.code === "BAD_REQUEST") return endTask(turn, part, { error: error.message });
      throw error;
    }
    child = await find();
    if (!child) throw new Error(`the sub-agent of ${part.callId} is gone`);
  }
  const started = { ...part, title: input.data.description, metadata: { ...part.metadata, taskId: child.sessionId, agent: child.agent } };
  if (!active.includes(child.state)) return finishTask(turn, started, child);
  if (part.state !== "running") {
    const running: ToolPart = { ...started, state: "running", startedAt: part.startedAt ?? new Date().toISOString() };
    if (!(await turn.writer.write([{ type: "part.updated", data: { part: running } }]))) return { outcome: "lost" };
  }
  if (among === "alone" && !(await waitOnChild(turn))) return { outcome: "lost" };
  return { outcome: "child", messageId: part.messageId };
}

async function finishTask(turn: HeldTurn, part: ToolPart, child: ChildTurn): Promise<ToolCallResult> {
  const { workspaceId } = turn.key;
  const [text, use] = await withTenant(
    workspaceId,
    async (tx) => [await findFinalText(tx, { workspaceId, ...child }), await sumTurnUse(tx, { workspaceId, ...child })] as const,
  );
  const metadata = { ...part.metadata, steps: child.steps, ...use };
  const lead = `task_id: ${child.sessionId} (give it to the task tool to go on with this sub-agent)`;
  const end = {
    completed: { output: `${lead}\n\n${text === "" ? "(The sub-agent ended without a word.)" : text}` },
    aborted: { error: `The user stopped the sub-agent.${text === "" ? "" : ` Its last words:\n${text}`}` },
    failed: { error: `The sub-agent failed: ${turnErrorOf(child.error)?.message ?? "the reason is not known"}\n${lead}` },
  }[child.state === "completed" || child.state === "aborted" ? child.state : "failed"];
  return endTask(turn, { ...part, metadata }, end, use);
}

async function endTask(
  turn: HeldTurn,
  part: ToolPart,
  end: { output?: string; error?: string },
  use: Parameters<typeof addUsage>[2] | null = null,
): Promise<ToolCallResult> {
  const at = new Date().toISOString();
  const { output = "", error = null } = end;
  const ended: ToolPart = {
    ...part,
    state: error === null ? "completed" : "error",
    output,
    error,
    startedAt: part.startedAt ?? at,
    endedAt: at,
  };
  const isWritten = await turn.writer.write([{ type: "part.updated", data: { part: ended } }], async (change) => {
    if (use) await change.append([{ type: "session.updated", data: await addUsage(change.tx, turn.key, use) }]);
  });
  return isWritten ? { outcome: "done" } : { outcome: "lost" };
}
