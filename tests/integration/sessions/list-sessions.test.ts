import { listSessions } from "@opencode/core/modules/sessions/index.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { newId, type RepositoryId, type SessionId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { beforeAll, expect, test } from "vitest";
import { seedWorkspace } from "./support/seed.ts";

let workspaceId: WorkspaceId;
const [busy, quiet] = [newId("repository"), newId("repository")];
const minute = 60_000;

interface Given {
  readonly repositoryId: RepositoryId;
  readonly root?: SessionId;
  /** how long ago each of its questions was asked */
  readonly askedMinutesAgo?: readonly number[];
}

async function newSession({ repositoryId, root, askedMinutesAgo = [] }: Given): Promise<SessionId> {
  const [sessionId, turnId] = [newId("session"), newId("turn")];
  await dangerouslyAcrossTenants("a test makes its session", async (tx) => {
    const state = askedMinutesAgo.length > 0 && root === undefined ? "waiting" : "running";
    const child = root ? { parentSessionId: root, rootSessionId: root, depth: 1 } : {};
    const who = { origin: "api", actorKind: "system", actorId: "x", model: "demo" };
    await tx.session.create({ data: { id: sessionId, workspaceId, repositoryId, title: "t", state, ...who, ...child } });
    await tx.turn.create({ data: { id: turnId, workspaceId, sessionId, ordinal: 1, state: "waiting", model: "demo" } });
    await tx.permissionRequest.createMany({
      data: askedMinutesAgo.map((ago) => ({
        id: newId("request"),
        ...{ workspaceId, sessionId, turnId, callId: newId("part"), permission: "bash", alwaysRule: "*" },
        target: `${ago} minutes ago`,
        createdAt: new Date(Date.now() - ago * minute),
      })),
    });
  });
  return sessionId;
}

beforeAll(async () => {
  ({ workspaceId } = await seedWorkspace("List"));
  await dangerouslyAcrossTenants("a test makes its repositories", (tx) =>
    tx.repository.createMany({
      data: [busy, quiet].map((id) => ({ id, workspaceId, name: id, kind: "local", location: id, createdById: "usr_x" })),
    }),
  );
});

test("who waits for an answer stands first, however many others have waited longer elsewhere, or ask more", async () => {
  const asking = await newSession({ repositoryId: quiet, askedMinutesAgo: [5] });
  const parent = await newSession({ repositoryId: quiet });
  await newSession({ repositoryId: quiet, root: parent, askedMinutesAgo: [4, 3] });
  const newest = await newSession({ repositoryId: quiet });
  // More questions than the list looks at, all of them older: in another repository, and of one session alone.
  await newSession({ repositoryId: busy, askedMinutesAgo: Array.from({ length: 60 }, (_, index) => 100 + index) });
  const { items } = await listSessions({ workspaceId, repositoryId: quiet, limit: 1 });
  expect(items.map(({ id, state, waitingFor }) => [id, state, waitingFor?.target])).toEqual([
    [parent, "waiting", "4 minutes ago"],
    [asking, "waiting", "5 minutes ago"],
    [newest, "running", undefined],
  ]);
  const everywhere = await listSessions({ workspaceId, limit: 1 });
  expect(everywhere.items.map(({ id }) => id)).toEqual(expect.arrayContaining([parent, asking]));
});
