import type { Tx } from "../../../platform/database/database.ts";
import type { PushView } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";

const idOf = ({ sessionId, workspaceId }: SessionKey) => ({ sessionId_workspaceId: { sessionId, workspaceId } });

const underWay = ({ sessionId, workspaceId }: SessionKey, requestId: string) => ({ sessionId, workspaceId, requestId, state: "pushing" });

export type PushRow = NonNullable<Awaited<ReturnType<typeof findPush>>>;

export function findPush(tx: Tx, key: SessionKey) {
  return tx.sessionPush.findUnique({ where: idOf(key) });
}

/** A new push takes the place of the last one; where our branch stands on the server is kept while the name stays. */
export async function startPush(
  tx: Tx,
  key: SessionKey,
  data: { requestId: string; branch: string; message: string; actorKind: string; actorId: string },
): Promise<PushRow> {
  const { sessionId, workspaceId } = key;
  const before = await findPush(tx, key);
  const keep = before?.branch === data.branch ? {} : { pushedCommit: null };
  const row = { ...data, ...keep, state: "pushing", commit: null, treeId: null, error: null, url: null };
  return tx.sessionPush.upsert({ where: idOf(key), create: { sessionId, workspaceId, ...row }, update: row });
}

/** Notes which state of the files goes out, so that a second attempt sends the very same. Null when a newer push has taken its place. */
export async function setPushTree(tx: Tx, key: SessionKey, requestId: string, treeId: string): Promise<PushRow | null> {
  const [row] = await tx.sessionPush.updateManyAndReturn({ where: underWay(key, requestId), data: { treeId } });
  return row ?? null;
}

/** Null when a newer push has taken its place. */
export async function endPush(
  tx: Tx,
  key: SessionKey,
  requestId: string,
  data: { state: "pushed" | "failed"; commit?: string; pushedCommit?: string; url?: string | null; error?: string },
): Promise<PushRow | null> {
  const [row] = await tx.sessionPush.updateManyAndReturn({ where: underWay(key, requestId), data });
  return row ?? null;
}

export function toPushView(row: PushRow): PushView {
  const { branch, commit, treeId, url, error } = row;
  const state = row.state === "pushed" || row.state === "failed" ? row.state : "pushing";
  return { state, branch, commit, treeId, url, error, at: row.updatedAt.toISOString() };
}

/** Whose work a commit says it is. */
export async function findAuthor(tx: Tx, actor: { kind: string; id: string }): Promise<{ name: string; email: string }> {
  const user = actor.kind === "user" ? await tx.user.findUnique({ where: { id: actor.id }, select: { name: true, email: true } }) : null;
  if (user) return { name: user.name ?? user.email.split("@")[0] ?? "OpenCode user", email: user.email };
  const key = await tx.apiKey.findFirst({ where: { id: actor.id }, select: { name: true } });
  return { name: key?.name ?? "OpenCode user", email: "user@opencode.invalid" };
}
