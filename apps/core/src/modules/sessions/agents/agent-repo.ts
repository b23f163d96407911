import type { Tx } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { type JsonSchema, schemaOf } from "../structured-output/output-tool.ts";

export interface AgentRecord {
  readonly agent: string;
  readonly repositoryId: string;
  readonly baseCommit: string | null;
  readonly parentSessionId: string | null;
  readonly parentTurnId: string | null;
  /** 0: a session of its own */
  readonly depth: number;
  /** the JSON schema that the turn's answer has to fit; null without one */
  readonly outputSchema: JsonSchema | null;
}

/** Which agent works in a session's turn, and for whom. NOT_FOUND for a foreign session. */
export async function findAgentRecord(tx: Tx, key: SessionKey, turnId: string | null): Promise<AgentRecord> {
  const row = await tx.session.findUnique({
    where: { id_workspaceId: { id: key.sessionId, workspaceId: key.workspaceId } },
    select: {
      agent: true,
      repositoryId: true,
      baseCommit: true,
      parentSessionId: true,
      parentTurnId: true,
      depth: true,
      turns: { where: { id: turnId ?? "" }, select: { agent: true, outputSchema: true } },
    },
  });
  if (!row) throw notFound("The session");
  const { turns, ...session } = row;
  const [turn] = turns;
  return { ...session, agent: turn?.agent ?? session.agent, outputSchema: schemaOf(turn?.outputSchema) };
}

/** Where a session's prompts are read (its base commit, before the first checkout the repository's newest), and its model. NOT_FOUND for a foreign one. */
export async function findPromptPlace(tx: Tx, key: SessionKey) {
  const row = await tx.session.findUnique({
    where: { id_workspaceId: { id: key.sessionId, workspaceId: key.workspaceId } },
    select: { parentSessionId: true, repositoryId: true, baseCommit: true, model: true, repository: { select: { headCommit: true } } },
  });
  if (!row) throw notFound("The session");
  const place = {
    workspaceId: key.workspaceId,
    repositoryId: row.repositoryId as RepositoryId,
    commit: row.baseCommit ?? row.repository.headCommit,
  };
  return { place, isChild: row.parentSessionId !== null, model: row.model };
}
