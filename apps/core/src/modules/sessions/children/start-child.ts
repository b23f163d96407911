import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import { newId, type RepositoryId, type SessionId, type WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { readProjectConfig } from "../../repositories/index.ts";
import { chooseModel } from "../agents/choose-model.ts";
import { listAgents } from "../agents/list-agents.ts";
import { changeSession } from "../change-session.ts";
import { plainPrompt } from "../commands/prepare-prompt.ts";
import type { WriterKey } from "../event-log-repo.ts";
import { activeStates, getSessionRecord, lockTurn, type TurnRecord, updateSession } from "../repo.ts";
import { submitIn } from "../submit-prompt.ts";
import { countDescendants, createChildRecord, findChildSession, findChildTurn, taskRequestId } from "./child-repo.ts";
import { subAgentsOf, type TaskInput } from "./task-tool.ts";

/** How deep sub-agents may start sub-agents in that commit's repository. */
export async function maxDepthOf(session: { workspaceId: WorkspaceId; repositoryId: string; baseCommit: string | null }): Promise<number> {
  if (session.baseCommit === null) return limits.agent.defaultDepth;
  const { workspaceId, repositoryId, baseCommit: commit } = session;
  const { config } = await readProjectConfig({ workspaceId, repositoryId: repositoryId as RepositoryId, commit });
  return config.subagent_depth ?? limits.agent.defaultDepth;
}

/**
 * Starts the sub-agent that a call asks for: a session under the caller's, and its turn, in one transaction under the
 * caller's fence; the same call never starts two. "lost" when the fence is. BAD_REQUEST, told to the model, for an
 * agent or a task that there is not, and where depth or number are used up.
 */
export async function startChild(parent: WriterKey, callId: string, input: TaskInput): Promise<"started" | "lost"> {
  const session = await withTenant(parent.workspaceId, (tx) => getSessionRecord(tx, parent));
  const resumed = input.task_id === undefined ? null : await findResumed(parent, input.task_id);
  const name = resumed?.agent ?? input.subagent_type;
  const place = { workspaceId: parent.workspaceId, repositoryId: session.repositoryId as RepositoryId, commit: session.baseCommit };
  const agents = subAgentsOf((await listAgents(place)).agents);
  const agent = agents.find((candidate) => candidate.name === name);
  if (!agent)
    throw new AppError("BAD_REQUEST", `There is no sub-agent "${name}". Take one of: ${agents.map((each) => each.name).join(", ")}.`);
  const maxDepth = await maxDepthOf({ ...session, workspaceId: parent.workspaceId });
  if (session.depth >= maxDepth) {
    throw new AppError("BAD_REQUEST", `Sub-agents may be ${maxDepth} deep here, and this is the deepest: do the task yourself.`);
  }
  const rootSessionId = (session.rootSessionId ?? session.id) as SessionId;
  const child = { workspaceId: parent.workspaceId, sessionId: resumed?.id ?? newId("session") };
  const model = await chooseModel(place, agent, session.model, { sessionId: parent.sessionId });
  return changeSession(child, async (change) => {
    const { tx } = change;
    // The caller's turn first: who stops it either comes before this, or finds the child.
    if (!isHeld(await lockTurn(tx, parent), parent.fence)) return "lost";
    if (await findChildTurn(tx, parent, callId)) return "started";
    if (resumed) await updateSession(tx, child, { parentTurnId: parent.turnId });
    else {
      const count = await countDescendants(tx, parent.workspaceId, rootSessionId);
      if (count >= limits.agent.maxChildrenPerSession) {
        throw new AppError("BAD_REQUEST", `This session has started ${count} sub-agents, the most that one may: do the task yourself.`);
      }
      const { repositoryId, origin, actorKind, actorId, branch, baseCommit } = session;
      await createChildRecord(tx, {
        id: child.sessionId,
        workspaceId: parent.workspaceId,
        title: input.description,
        agent: agent.name,
        model,
        depth: session.depth + 1,
        parentSessionId: parent.sessionId,
        parentTurnId: parent.turnId,
        parentCallId: callId,
        rootSessionId,
        ...{ repositoryId, origin, actorKind, actorId, branch, baseCommit },
      });
      const facts = { title: input.description, state: "idle" as const };
      await change.append([
        { type: "session.updated", data: { ...facts, ...(branch ? { branch } : {}), ...(baseCommit ? { baseCommit } : {}) } },
      ]);
    }
    await submitIn(change, child, { prompt: plainPrompt(input.prompt), model, clientRequestId: taskRequestId(callId) });
    return "started";
  });
}

async function findResumed(parent: WriterKey, taskId: string) {
  const found = await withTenant(parent.workspaceId, (tx) => findChildSession(tx, parent, taskId));
  if (!found)
    throw new AppError(
      "BAD_REQUEST",
      `There is no task "${taskId.slice(0, 64)}" in this conversation. Leave task_id out to start a new one.`,
    );
  return found;
}

function isHeld(turn: TurnRecord, fence: number): boolean {
  return turn.fence === fence && activeStates.some((state) => state === turn.state);
}
