import { type Tx, withTenant } from "../../../platform/database/database.ts";
import type { RepositoryId, SessionId, TurnId, WorkspaceId } from "../../../platform/ids.ts";
import { findFinalText } from "../children/child-repo.ts";
import { sessionStateSchema } from "../contract.ts";
import { findUserName } from "../message-repo.ts";
import { turnErrorOf } from "../repo.ts";
import { isCostKnown } from "../session-view.ts";
import { findCommandsOf, findPromptPictures, type GroupKey, getGroup } from "./compare-repo.ts";
import { type CompareEntry, type CompareGroupView, compareGroupSchema } from "./contract.ts";
import { testRuns } from "./test-runs.ts";

/** Sessions of the same task side by side. NOT_FOUND for a foreign group. */
export async function getCompare(key: GroupKey): Promise<CompareGroupView> {
  return withTenant(key.workspaceId, async (tx) => {
    const group = await getGroup(tx, key);
    const entries: CompareEntry[] = [];
    const [first] = group.sessions;
    const pictures = first ? await findPromptPictures(tx, key.workspaceId, first.id) : [];
    for (const session of group.sessions) entries.push(await toEntry(tx, key.workspaceId, session));
    return compareGroupSchema.parse({
      id: group.id,
      title: group.title,
      prompt: group.prompt,
      pictures: pictures.map(({ id, name, width, height }) => ({ partId: id, name, width, height })),
      repositoryId: group.repositoryId as RepositoryId,
      repositoryName: group.repository.name,
      chosenSessionId: group.chosenSessionId,
      chosenByName: group.chosenById === null ? null : await findUserName(tx, group.chosenById),
      createdAt: group.createdAt,
      entries,
    });
  });
}

type GroupSession = Awaited<ReturnType<typeof getGroup>>["sessions"][number];

async function toEntry(tx: Tx, workspaceId: WorkspaceId, session: GroupSession): Promise<CompareEntry> {
  const last = session.turns.at(-1);
  const turnKey = { workspaceId, sessionId: session.id as SessionId, turnId: (last?.id ?? "") as TurnId };
  const state = sessionStateSchema.parse(session.state);
  const use = { costMicros: Number(session.costMicros), inputTokens: session.inputTokens, outputTokens: session.outputTokens };
  return {
    sessionId: turnKey.sessionId,
    title: session.title,
    model: session.model,
    agent: session.agent,
    state,
    diff: { filesChanged: session.filesChanged, additions: session.additions, deletions: session.deletions },
    costMicros: use.costMicros,
    costKnown: isCostKnown(use),
    tokens: use.inputTokens + use.outputTokens,
    steps: session.turns.reduce((sum, turn) => sum + turn.stepCount, 0),
    durationMs: durationOf(session.turns),
    tests: testRuns(await findCommandsOf(tx, workspaceId, session.id)),
    finalText: last ? await findFinalText(tx, turnKey) : "",
    error: state === "failed" ? (turnErrorOf(last?.error)?.message ?? null) : null,
    archived: session.archivedAt !== null,
  };
}

function durationOf(turns: GroupSession["turns"]): number | null {
  const started = turns[0]?.startedAt;
  if (!started) return null;
  return (turns.at(-1)?.finishedAt ?? new Date()).getTime() - started.getTime();
}
