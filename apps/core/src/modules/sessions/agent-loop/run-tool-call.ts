import { systemClock } from "../../../platform/clock.ts";
import { withTenant } from "../../../platform/database/database.ts";
import type { MessageId, PartId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import { primeCallSetup } from "../../providers/index.ts";
import type { Decision, Tool, ToolResult } from "../../tools/index.ts";
import type { SessionChange } from "../change-session.ts";
import type { PermissionRequestView, ToolPart } from "../contract.ts";
import type { WriterKey } from "../event-log-repo.ts";
import { findPart, findRequestByCall, findUserName, toRequestView } from "../message-repo.ts";
import { insertPartImages } from "../part-images/part-image-repo.ts";
import { askPermission, resumeTurn, waitOn } from "./ask-permission.ts";
import { beginKnownCall, startedPart } from "./begin-known-call.ts";
import { type HeldSandbox, holdSandbox, releaseSandbox } from "./held-sandbox.ts";
import { type HeldTurn, holdTurn, type Lost, lost } from "./hold-turn.ts";
import { judgeCall } from "./judge-call.ts";
import { askQuestions, describeAnswers, questionsOf } from "./run-question.ts";
import { runTask } from "./run-task.ts";
import { turnTools } from "./turn-tools.ts";

export type ToolCallResult =
  | { readonly outcome: "done" }
  | { readonly outcome: "ask"; readonly requestId: string }
  /** a sub-agent works on it */
  | { readonly outcome: "child"; readonly messageId: MessageId }
  | Lost;

const done: ToolCallResult = { outcome: "done" };

/** Runs calls that only read at the same time; answers those that have to wait: for an answer, or for a sub-agent. */
export async function runToolCalls(key: WriterKey, callIds: readonly string[]): Promise<readonly string[] | Lost> {
  return holdTurn(key, async (turn) => {
    const results = await Promise.all(callIds.map((callId) => runCall(turn, callId, "batch")));
    return callIds.filter((_, index) => results[index]?.outcome === "ask" || results[index]?.outcome === "child");
  });
}

/** Runs one call: judged, asked about where the rules say so, and never twice. */
export async function runToolCall(key: WriterKey, callId: string): Promise<ToolCallResult> {
  return holdTurn(key, (turn) => runCall(turn, callId));
}

async function runCall(turn: HeldTurn, callId: string, among: "batch" | "alone" = "alone"): Promise<ToolCallResult> {
  const tools = await turnTools(turn.key);
  const isOnly = turn.begun.has(callId);
  const begun = await beginKnownCall(turn, tools, callId);
  if (begun === "lost") return lost;
  if (begun) return execute(turn, begun.tool, begun.part, isOnly);
  const [part, row] = await withTenant(
    turn.key.workspaceId,
    async (tx) => [await findPart(tx, turn.key, callId as PartId), await findRequestByCall(tx, turn.key, callId)] as const,
  );
  if (part?.type !== "tool") throw new Error(`there is no call ${callId}`);
  // It ended before the worker died: only the engine had not heard.
  if (part.endedAt !== null) return done;
  const tool = tools.find(part.tool);
  if (!tool) return refuse(turn, part, `There is no tool "${part.tool}". The tools are: ${tools.list.map(({ name }) => name).join(", ")}.`);
  if (part.metadata.invalidInput === true) return refuse(turn, part, "The input is not valid JSON. Make the call again with valid JSON.");
  if (row) return settleAnswered(turn, tool, part, toRequestView(row), row.answeredById, row.answeredAt, among);
  // It was judged when its sub-agent was started.
  if (part.tool === "task" && part.state === "running") return runTask(turn, part, among);
  const decision = await judgeCall(turn.key, tool, part, turn.signal);
  const judged = { ...part, decision: withoutAlways(decision) };
  if (decision.action === "deny") return refuse(turn, judged, deniedText(decision));
  if (decision.action === "ask") {
    // The others of its batch still run: it is asked about when it is alone.
    if (among === "batch") return { outcome: "ask", requestId: "" };
    const requestId = await askPermission(turn, judged, decision);
    return requestId === null ? lost : { outcome: "ask", requestId };
  }
  return perform(turn, tool, judged, among);
}

/** What a call that may be made does: most act in the sandbox; a question and a sub-agent are waited for. */
async function perform(turn: HeldTurn, tool: Tool, part: ToolPart, among: "batch" | "alone"): Promise<ToolCallResult> {
  if (part.tool === "task") return runTask(turn, part, among);
  const questions = part.tool === "question" ? questionsOf(part) : null;
  if (questions === null) return begin(turn, tool, part);
  const requestId = await askQuestions(turn, part, questions);
  return requestId === null ? lost : { outcome: "ask", requestId };
}

const withoutAlways = ({ alwaysRule: _alwaysRule, ...decision }: Decision): NonNullable<ToolPart["decision"]> => decision;

function deniedText(decision: Decision): string {
  const layer = decision.ceiling ? `${decision.layer}, of the agent ${decision.ceiling}` : decision.layer;
  return `This call is not allowed: the rule "${decision.permission}: ${decision.pattern}" (${layer}) denies ${decision.target}. Do not try to reach the same by another way.`;
}

async function settleAnswered(
  turn: HeldTurn,
  tool: Tool,
  part: ToolPart,
  request: PermissionRequestView,
  by: string | null,
  at: Date | null,
  among: "batch" | "alone",
): Promise<ToolCallResult> {
  if (request.state === "pending") return (await waitOn(turn)) ? { outcome: "ask", requestId: request.id } : lost;
  // A call that a person allowed waits for its sub-agent now.
  if (part.tool === "task" && part.state === "running") return runTask(turn, part, among);
  if (!(await resumeTurn(turn))) return lost;
  if (request.questions) return settleQuestions(turn, part, request);
  if (request.state === "expired") return refuse(turn, part, "Nobody answered whether this may be done, so it was not done.");
  const name = by ? await withTenant(turn.key.workspaceId, (tx) => findUserName(tx, by)) : null;
  const answer = { reply: request.state, by: name ?? "somebody", at: (at ?? new Date()).toISOString() };
  if (request.state === "reject") {
    return refuse(turn, { ...part, answer }, "The user refused this call. Do not try to reach the same by another way; go on without it.");
  }
  // The rules may have changed while it waited: what they deny by now no answer allows.
  const { action, access, ...judged } = await judgeCall(turn.key, tool, part, turn.signal);
  if (action === "deny") return refuse(turn, { ...part, answer }, deniedText({ ...judged, action }));
  const { access: _before, ...decision } = part.decision ?? withoutAlways({ ...judged, action });
  return perform(turn, tool, { ...part, answer, decision: access ? { ...decision, access } : decision }, among);
}

async function settleQuestions(turn: HeldTurn, part: ToolPart, request: PermissionRequestView): Promise<ToolCallResult> {
  if (request.state === "expired")
    return refuse(turn, part, "Nobody answered. Go on with what you can decide yourself, and say what is open.");
  if (request.state !== "once")
    return refuse(turn, part, "The user dismissed the questions. Decide yourself, and say what you took for granted.");
  const at = new Date().toISOString();
  const metadata = { ...part.metadata, questions: request.questions, answers: request.answers };
  const ended: ToolPart = {
    ...part,
    state: "completed",
    output: describeAnswers(request),
    metadata,
    startedAt: part.startedAt ?? request.createdAt,
    endedAt: at,
  };
  return (await turn.writer.write([{ type: "part.updated", data: { part: ended } }])) ? done : lost;
}

async function refuse(turn: HeldTurn, part: ToolPart, error: string): Promise<ToolCallResult> {
  const at = new Date().toISOString();
  const ended: ToolPart = { ...part, state: "error", output: "", error, startedAt: part.startedAt ?? at, endedAt: at };
  return (await turn.writer.write([{ type: "part.updated", data: { part: ended } }])) ? done : lost;
}

async function begin(turn: HeldTurn, tool: Tool, part: ToolPart): Promise<ToolCallResult> {
  const started = startedPart(part);
  // Nothing runs that the log does not know of.
  return (await turn.writer.write([{ type: "part.updated", data: { part: started } }])) ? execute(turn, tool, started) : lost;
}

/** `isOnly`: no other call of the message is left, so that the model is asked next. */
async function execute(turn: HeldTurn, tool: Tool, started: ToolPart, isOnly = false): Promise<ToolCallResult> {
  const startedMs = systemClock.monotonicMs();
  const result = await executeIn(turn, tool, started);
  if (turn.isLost()) return lost;
  const { images = [] } = result;
  // The log says that there are pictures; they themselves would be sent to everybody who watches.
  if (images.length > 0) await withTenant(turn.key.workspaceId, (tx) => insertPartImages(tx, turn.key, started.id, images));
  const ended: ToolPart = {
    ...started,
    state: result.isError ? "error" : "completed",
    title: result.title || tool.name,
    output: result.output,
    exitCode: result.exitCode,
    error: result.isError ? (result.output.split("\n").findLast((line) => line.trim() !== "") ?? result.title).slice(0, 500) : null,
    metadata: {
      durationMs: Math.round(systemClock.monotonicMs() - startedMs),
      ...result.metadata,
      ...started.metadata,
      ...describeImages(images),
    },
    endedAt: new Date().toISOString(),
  };
  const { workspaceId, sessionId } = turn.key;
  const prime = ({ tx }: SessionChange) => primeCallSetup(tx, workspaceId, sessionId);
  return (await turn.writer.write([{ type: "part.updated", data: { part: ended } }], isOnly ? prime : null)) ? done : lost;
}

function describeImages(images: NonNullable<ToolResult["images"]>): ToolPart["metadata"] {
  return images.length === 0 ? {} : { images: images.map(({ mime, data }) => ({ mime, sizeBytes: Buffer.byteLength(data, "base64") })) };
}

async function executeIn(turn: HeldTurn, tool: Tool, part: ToolPart): Promise<ToolResult> {
  const onOutput = liveOutput(turn, part.id);
  const attempt = ({ sandbox, fileVersions }: HeldSandbox) =>
    unlessTakenOver(
      turn,
      tool.execute(part.input, {
        ...turn.key,
        sandbox,
        fileVersions,
        callId: part.callId,
        signal: turn.stopped,
        onOutput,
        ...(part.decision?.access ? { access: part.decision.access } : {}),
      }),
    );
  try {
    return await attempt(await holdSandbox(turn.key));
  } catch (error) {
    if (turn.isLost()) throw error;
    // The connection may have died with the sandbox's process: once more over a new one; the journal knows the call.
    logger.warn({ err: error, sessionId: turn.key.sessionId, callId: part.callId }, "tool: the sandbox did not answer; connecting again");
    await releaseSandbox(turn.key);
    return attempt(await holdSandbox(turn.key));
  }
}

/** Who takes a turn over waits for its running command himself: this process lets go of it without killing it. */
function unlessTakenOver<T>(turn: HeldTurn, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      if (!turn.stopped.aborted) reject(turn.signal.reason);
    };
    turn.signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => turn.signal.removeEventListener("abort", leave));
  });
}

/** A running command's output for the page, up to a limit; the result has it in full. */
function liveOutput(turn: HeldTurn, partId: PartId): (chunk: string) => void {
  let left: number = limits.eventLog.liveOutputMaxChars;
  return (chunk) => {
    if (left <= 0) return;
    turn.writer.delta(partId, "output", chunk.slice(0, left));
    left -= chunk.length;
  };
}
