import type { Prisma, Tx } from "../../platform/database/database.ts";
import type { RepositoryId, SessionId, UserId, WorkspaceId } from "../../platform/ids.ts";
import { type RepositoryKind, type RepositoryNotes, type RepositoryView, repositoryKindSchema, repositorySchema } from "./contract.ts";
import { fingerprintsOf } from "./deploy-key.ts";

export interface RepositoryKey {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
}

export interface RepositorySource {
  readonly kind: RepositoryKind;
  readonly location: string | null;
  readonly sealedToken: Uint8Array | null;
  /** ssh: the deploy key, and the server's keys once they are known */
  readonly sealedKey: Uint8Array | null;
  readonly knownHosts: string | null;
  readonly lastFetchedAt: Date | null;
  readonly isRemoved: boolean;
}

const view = {
  id: true,
  name: true,
  kind: true,
  location: true,
  defaultBranch: true,
  state: true,
  lastError: true,
  headCommit: true,
  fileCount: true,
  lastFetchedAt: true,
  publicKey: true,
  knownHosts: true,
  mirrorKind: true,
  notes: true,
  createdAt: true,
} satisfies Prisma.RepositorySelect;

function toView({ knownHosts, ...row }: Prisma.RepositoryGetPayload<{ select: typeof view }>): RepositoryView {
  return repositorySchema.parse({ ...row, hostKeys: knownHosts === null ? [] : fingerprintsOf(knownHosts) });
}

export async function insertRepository(
  tx: Tx,
  row: RepositoryKey & {
    name: string;
    kind: RepositoryKind;
    location: string | null;
    sealedToken: Uint8Array<ArrayBuffer> | null;
    sealedKey?: Uint8Array<ArrayBuffer> | null;
    publicKey?: string | null;
    createdById: UserId | string;
  },
): Promise<RepositoryView> {
  const { repositoryId, ...rest } = row;
  return toView(await tx.repository.create({ data: { id: repositoryId, ...rest }, select: view }));
}

export async function findRepository(tx: Tx, key: RepositoryKey): Promise<RepositoryView | null> {
  const row = await tx.repository.findFirst({
    where: { id: key.repositoryId, workspaceId: key.workspaceId, removedAt: null },
    select: view,
  });
  return row && toView(row);
}

/** The connected repository of this place, if there is one. */
export async function findRepositoryAt(
  tx: Tx,
  workspaceId: WorkspaceId,
  kind: RepositoryKind,
  location: string | null,
): Promise<RepositoryView | null> {
  const row = await tx.repository.findFirst({
    where: { workspaceId, kind, location, removedAt: null },
    select: view,
    orderBy: { createdAt: "asc" },
  });
  return row && toView(row);
}

export async function findRepositories(tx: Tx, workspaceId: WorkspaceId): Promise<RepositoryView[]> {
  const rows = await tx.repository.findMany({ where: { workspaceId, removedAt: null }, select: view, orderBy: { createdAt: "desc" } });
  return rows.map(toView);
}

/** Also of a removed repository: sessions of it can still be gone on with. */
export async function findRepositorySource(tx: Tx, key: RepositoryKey): Promise<RepositorySource | null> {
  const row = await tx.repository.findFirst({
    where: { id: key.repositoryId, workspaceId: key.workspaceId },
    select: { kind: true, location: true, sealedToken: true, sealedKey: true, knownHosts: true, lastFetchedAt: true, removedAt: true },
  });
  if (!row) return null;
  const { removedAt, ...source } = row;
  return { ...source, kind: repositoryKindSchema.parse(row.kind), isRemoved: removedAt !== null };
}

export async function setRepositoryToken(tx: Tx, key: RepositoryKey, sealedToken: Uint8Array<ArrayBuffer>): Promise<void> {
  await tx.repository.updateMany({ where: { id: key.repositoryId, workspaceId: key.workspaceId }, data: { sealedToken } });
}

/** The server's keys as they were at the first contact; later ones change nothing. */
export async function pinKnownHosts(tx: Tx, key: RepositoryKey, knownHosts: string): Promise<void> {
  await tx.repository.updateMany({ where: { id: key.repositoryId, workspaceId: key.workspaceId, knownHosts: null }, data: { knownHosts } });
}

/** The server's keys are pinned anew at the next contact. */
export async function forgetKnownHosts(tx: Tx, key: RepositoryKey): Promise<void> {
  await tx.repository.updateMany({ where: { id: key.repositoryId, workspaceId: key.workspaceId }, data: { knownHosts: null } });
}

export async function setRepositoryKey(
  tx: Tx,
  key: RepositoryKey,
  data: { sealedKey: Uint8Array<ArrayBuffer>; publicKey: string },
): Promise<void> {
  await tx.repository.updateMany({ where: { id: key.repositoryId, workspaceId: key.workspaceId }, data });
}

/** False when it is not there (any more). */
export async function markConnecting(tx: Tx, key: RepositoryKey): Promise<boolean> {
  const { count } = await tx.repository.updateMany({
    where: { id: key.repositoryId, workspaceId: key.workspaceId, removedAt: null },
    data: { state: "connecting", lastError: null },
  });
  return count > 0;
}

export async function markReady(
  tx: Tx,
  key: RepositoryKey,
  facts: { defaultBranch: string; headCommit: string; fileCount: number; sizeBytes: number; mirrorKind: string; notes: RepositoryNotes },
  fetchedAt: Date,
): Promise<void> {
  await tx.repository.updateMany({
    where: { id: key.repositoryId, workspaceId: key.workspaceId },
    data: { ...facts, sizeBytes: BigInt(facts.sizeBytes), state: "ready", lastError: null, lastFetchedAt: fetchedAt },
  });
}

export async function markFailed(tx: Tx, key: RepositoryKey, lastError: string): Promise<void> {
  await tx.repository.updateMany({ where: { id: key.repositoryId, workspaceId: key.workspaceId }, data: { state: "failed", lastError } });
}

/** Takes it off the list and forgets its token; false when it was not there. */
export async function markRemoved(tx: Tx, key: RepositoryKey, removedAt: Date): Promise<boolean> {
  const { count } = await tx.repository.updateMany({
    where: { id: key.repositoryId, workspaceId: key.workspaceId, removedAt: null },
    data: { removedAt, sealedToken: null, sealedKey: null },
  });
  return count > 0;
}

export async function isRemoved(tx: Tx, key: RepositoryKey): Promise<boolean> {
  const where = { id: key.repositoryId, workspaceId: key.workspaceId, removedAt: { not: null } };
  return (await tx.repository.count({ where })) > 0;
}

/** Whether a session that is not archived still works on it. */
export async function hasLiveSessions(tx: Tx, key: RepositoryKey): Promise<boolean> {
  return (await tx.session.count({ where: { repositoryId: key.repositoryId, workspaceId: key.workspaceId, archivedAt: null } })) > 0;
}

export interface SessionDiffRow {
  readonly baseCommit: string;
  readonly treeId: string;
  readonly files: unknown;
  readonly patch: Uint8Array;
}

export async function upsertSessionDiff(
  tx: Tx,
  key: { workspaceId: WorkspaceId; sessionId: SessionId },
  row: { baseCommit: string; treeId: string; files: Prisma.InputJsonValue; patch: Uint8Array<ArrayBuffer> },
): Promise<void> {
  await tx.sessionDiff.upsert({ where: { sessionId_workspaceId: key }, create: { ...key, ...row }, update: row });
}

export async function findSessionDiff(tx: Tx, key: { workspaceId: WorkspaceId; sessionId: SessionId }): Promise<SessionDiffRow | null> {
  return tx.sessionDiff.findUnique({
    where: { sessionId_workspaceId: { sessionId: key.sessionId, workspaceId: key.workspaceId } },
    select: { baseCommit: true, treeId: true, files: true, patch: true },
  });
}
