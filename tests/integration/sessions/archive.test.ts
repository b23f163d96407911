import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RepositoryId, SessionId, UserId, WorkspaceId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareProduct, until } from "./support/product.ts";
import { startScriptedModel } from "./support/scripted-model.ts";
import { seedSample, seedWorkspace } from "./support/seed.ts";

const model = await startScriptedModel();
const product = await prepareProduct({ env: model.env });
const sessions = await import("@opencode/core/modules/sessions/index.ts");
const { removeRepository } = await import("@opencode/core/modules/repositories/index.ts");
const { sandboxIdOf } = await import("@opencode/core/modules/sandbox/index.ts");
const { withTenant } = await import("@opencode/core/platform/database/database.ts");

let workspaceId: WorkspaceId;
let userId: UserId;
let repositoryId: RepositoryId;

beforeAll(async () => {
  await product.start("engine");
  await product.start("worker");
  ({ workspaceId, userId } = await seedWorkspace("Archive"));
  repositoryId = await seedSample({ workspaceId, userId });
});
afterAll(async () => {
  await product.stop();
  await model.stop();
});

async function begin(prompt: string): Promise<SessionId> {
  const actor = { kind: "user" as const, id: userId };
  return (await sessions.createSession({ workspaceId, repositoryId, actor, origin: "browser", prompt, model: "anthropic/scripted" }))
    .sessionId;
}

const mirror = () => join(product.dataDirectory, "mirrors", `${repositoryId}.git`);
const kept = (sessionId: SessionId) =>
  [join("sandboxes", sandboxIdOf(sessionId)), join("snapshots", `${sessionId}.git`)].filter((path) =>
    existsSync(join(product.dataDirectory, path)),
  );
const heldRefs = () => execFileSync("git", ["--git-dir", mirror(), "for-each-ref", "--format=%(refname)", "refs/opencode"]).toString();
const sandboxState = (sessionId: SessionId) =>
  withTenant(workspaceId, async (tx) => (await tx.sandbox.findFirst({ where: { sessionId } }))?.state);
const partsOf = async (sessionId: SessionId) => (await sessions.getSession({ workspaceId, sessionId })).view.parts;

test("what an archived session kept is removed, also in mid-turn; its record stays; the last one takes a removed repository's mirror", async () => {
  const write = { name: "bash", input: { command: "echo kept > note.txt" } };
  model.script("script-done", [{ calls: [write] }, { text: "Done." }]);
  model.script("script-busy", [{ calls: [write] }, { calls: [{ name: "bash", input: { command: "echo busy; sleep 300" } }] }]);
  const [done, busy] = [await begin("script-done"), await begin("script-busy")];
  await until("one ends", async () => (await sessions.getSession({ workspaceId, sessionId: done })).view.turns[0]?.state === "completed");
  await until("the other is at it", async () =>
    (await partsOf(busy)).some((part) => part.type === "tool" && part.state === "running" && part.output.includes("busy")),
  );
  expect(kept(done)).toHaveLength(2);
  await removeRepository({ workspaceId, repositoryId }, userId);

  await sessions.archiveSession({ workspaceId, sessionId: busy });
  await sessions.archiveSession({ workspaceId, sessionId: busy });
  await until("the busy one is gone", async () => kept(busy).length === 0 && (await sandboxState(busy)) === "destroyed");
  expect((await sessions.getSession({ workspaceId, sessionId: busy })).view.turns[0]?.state).toBe("aborted");
  await until("its hold on the mirror is gone", async () => !heldRefs().includes(busy));
  // A live session still stands on it.
  expect(heldRefs()).toContain(done);

  const turnId = (await sessions.getSession({ workspaceId, sessionId: busy })).view.turns[0]?.id;
  if (!turnId) throw new Error("it had a turn");
  await expect(sessions.retryTurn({ workspaceId, sessionId: busy, turnId })).rejects.toMatchObject({ code: "CONFLICT" });

  await sessions.archiveSession({ workspaceId, sessionId: done });
  await until("the mirror is gone", async () => !existsSync(mirror()));
  expect([kept(done), kept(busy), await sandboxState(busy)]).toEqual([[], [], "destroyed"]);
  const patch = await sessions.getSessionPatch({ workspaceId, sessionId: done });
  expect(patch?.patch).toContain("+kept");
}, 90_000);
