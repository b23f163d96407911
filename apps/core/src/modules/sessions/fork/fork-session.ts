import { withTenant } from "../../../platform/database/database.ts";
import { AppError, notFound } from "../../../platform/errors.ts";
import { type MessageId, newId, type RepositoryId, type SessionId, type TurnId } from "../../../platform/ids.ts";
import { forkSessionStore, saveDiff } from "../../repositories/index.ts";
import { reserveSandbox } from "../../sandbox/index.ts";
import { changeSession, type SessionChange } from "../change-session.ts";
import type { Actor, RevertView, SessionEventBody } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { findDiffTree, type StoredMessage } from "../message-repo.ts";
import { copyPartImages } from "../part-images/part-image-repo.ts";
import { createSessionRecord, findUsableRepository, getSessionRecord, toTurnView, updateSession } from "../repo.ts";
import { planRevert } from "../revert/plan-revert.ts";
import { readConversation, revertOf } from "../revert/revert-state.ts";
import { copyConversation, forkedPart } from "./copy-conversation.ts";
import { dropFailedFork } from "./drop-failed-fork.ts";
import { findTurns, insertTurns, setForkedFrom } from "./fork-repo.ts";

const eventsPerAppend = 500;

/**
 * A new session that goes on from a message of another one: the conversation up to there, the files as they were then, and
 * a branch of its own. From a prompt it takes what came before and answers the prompt, to be changed and sent; from an
 * answer of the agent's everything through it; without a message the whole. NOT_FOUND for a foreign session or message.
 */
export async function forkSession(
  key: SessionKey,
  input: { messageId: MessageId | null; actor: Actor; origin: "browser" | "api" },
): Promise<{ sessionId: SessionId; prompt: string | null }> {
  const source = await withTenant(key.workspaceId, async (tx) => ({
    session: await getSessionRecord(tx, key),
    turns: await findTurns(tx, key),
    messages: await readConversation(tx, key),
    newestTree: await findDiffTree(tx, key),
  }));
  const { session } = source;
  if (session.parentSessionId) throw new AppError("CONFLICT", "This is a sub-agent's session. Fork the session that started it.");
  const part = forkedPart(withoutReverted(source.messages, revertOf(session)), input.messageId);
  if (!part) throw notFound("The message");
  if (part.kept.some((message) => message.role === "assistant" && message.finishedAt === null))
    throw new AppError("CONFLICT", "The agent is still writing this message. Fork from an earlier one, or wait until it has finished.");
  const target = { workspaceId: key.workspaceId, sessionId: newId("session") };
  const trees = part.kept.flatMap(({ parts }) => parts.flatMap((entry) => (entry.type === "patch" ? [entry.treeId] : [])));
  const treeId = input.messageId === null ? (source.newestTree ?? trees.at(-1) ?? null) : (trees.at(-1) ?? null);
  const repositoryId = session.repositoryId as RepositoryId;
  const work =
    session.baseCommit === null
      ? null
      : await forkSessionStore({ ...target, repositoryId, from: key.sessionId, baseCommit: session.baseCommit, treeId, earlier: trees });
  const turnIds = new Map<string, TurnId>();
  for (const turn of source.turns) if (part.kept.some((message) => message.turnId === turn.id)) turnIds.set(turn.id, newId("turn"));
  try {
    await changeSession(target, (change) =>
      writeFork(change, target, { ...input, source, kept: part.kept, turnIds, work, from: key.sessionId }),
    );
  } catch (error) {
    await dropFailedFork(target, repositoryId);
    throw error;
  }
  return { sessionId: target.sessionId, prompt: part.prompt };
}

/** The conversation without what a standing revert hides. CONFLICT while the files are being written: nobody could say which state is meant. */
function withoutReverted(messages: readonly StoredMessage[], revert: RevertView | null): StoredMessage[] {
  if (revert?.state === "applying" || revert?.state === "restoring")
    throw new AppError("CONFLICT", "The files are being put back right now. Fork in a moment.");
  const plan = revert?.state === "applied" ? planRevert(messages, revert) : null;
  const hidden = new Set<string>([...(plan?.messageIds ?? []), ...(plan?.partIds ?? [])]);
  return messages
    .filter((message) => !hidden.has(message.id))
    .map((message) => ({ ...message, parts: message.parts.filter((part) => !hidden.has(part.id)) }));
}

interface ForkContent {
  readonly from: SessionId;
  readonly messageId: MessageId | null;
  readonly actor: Actor;
  readonly origin: "browser" | "api";
  readonly source: {
    readonly session: Awaited<ReturnType<typeof getSessionRecord>>;
    readonly turns: Awaited<ReturnType<typeof findTurns>>;
  };
  readonly kept: readonly StoredMessage[];
  readonly turnIds: ReadonlyMap<string, TurnId>;
  readonly work: Awaited<ReturnType<typeof forkSessionStore>> | null;
}

async function writeFork(change: SessionChange, target: SessionKey, content: ForkContent): Promise<void> {
  const { tx, now } = change;
  const { session, turns } = content.source;
  const repositoryId = session.repositoryId as RepositoryId;
  if (!(await findUsableRepository(tx, { workspaceId: target.workspaceId, repositoryId }))) throw notFound("The repository");
  const title = `${session.title.slice(0, 180)} (fork)`;
  const { agent, model, baseCommit } = session;
  const record = {
    repositoryId,
    title,
    origin: content.origin,
    actor: content.actor,
    agent,
    model,
    clientRequestId: null,
    compareGroupId: null,
  };
  await createSessionRecord(tx, target, record);
  if (content.work) await reserveSandbox(tx, target, { ...target, sessionId: content.from });
  const branch = content.work?.branch ?? null;
  await setForkedFrom(tx, target, { baseCommit, branch, forkedFromSessionId: content.from, forkedFromMessageId: content.messageId });
  await insertTurns(tx, copyTurns(turns, content.turnIds, target, now));
  const forkedFrom = { sessionId: content.from, title: session.title };
  const base = { ...(baseCommit ? { baseCommit } : {}), ...(branch ? { branch } : {}) };
  const copy = copyConversation(content.kept, content.turnIds, now.toISOString());
  await copyPartImages(tx, { ...target, sessionId: content.from }, target, copy.withImages);
  const events: SessionEventBody[] = [
    { type: "session.updated", data: { title, state: "idle", forkedFrom, ...base } },
    ...(await findTurns(tx, target)).map((turn): SessionEventBody => ({ type: "turn.updated", data: { turn: toTurnView(turn) } })),
    ...copy.events,
  ];
  if (content.work?.diff) {
    const stat = statOf(content.work.diff.files.files.map(({ file }) => file));
    await saveDiff(tx, target, content.work.diff);
    await updateSession(tx, target, stat);
    events.push({ type: "diff.updated", data: stat });
  }
  for (let start = 0; start < events.length; start += eventsPerAppend) await change.append(events.slice(start, start + eventsPerAppend));
}

/** The turns that a fork takes, as turns that are over. */
function copyTurns(turns: ForkContent["source"]["turns"], turnIds: ReadonlyMap<string, TurnId>, target: SessionKey, now: Date) {
  return turns
    .filter((turn) => turnIds.has(turn.id))
    .map((turn, index) => ({
      id: turnIds.get(turn.id) ?? newId("turn"),
      ...target,
      ordinal: index + 1,
      state: turn.state === "failed" || turn.state === "aborted" ? turn.state : "completed",
      model: turn.model,
      agent: turn.agent,
      stepCount: turn.stepCount,
      createdAt: turn.createdAt,
      startedAt: turn.startedAt,
      finishedAt: turn.finishedAt ?? now,
    }));
}

function statOf(files: readonly { additions: number; deletions: number }[]) {
  const sum = (field: "additions" | "deletions") => files.reduce((total, file) => total + file[field], 0);
  return { filesChanged: files.length, additions: sum("additions"), deletions: sum("deletions") };
}
