import type { RepositoryId, UserId, WorkspaceId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareProduct, until } from "./support/product.ts";
import { seedSample, seedWorkspace } from "./support/seed.ts";

const product = await prepareProduct();
const sessions = await import("@opencode/core/modules/sessions/index.ts");
const { guidedTasks } = await import("@opencode/core/modules/providers/index.ts");

let workspaceId: WorkspaceId;
let userId: UserId;
let repositoryId: RepositoryId;

beforeAll(async () => {
  await product.start("engine");
  await product.start("worker");
  ({ workspaceId, userId } = await seedWorkspace("Demo"));
  repositoryId = await seedSample({ workspaceId, userId });
});
afterAll(() => product.stop());

const actor = () => ({ kind: "user" as const, id: userId });
const promptOf = (id: string) => guidedTasks.find((task) => task.id === id)?.prompt ?? "";

async function ended(sessionId: Parameters<typeof sessions.getSession>[0]["sessionId"]) {
  return until("the turn ends", async () => {
    const found = await sessions.getSession({ workspaceId, sessionId });
    return found.view.turns.every((turn) => ["completed", "failed", "aborted"].includes(turn.state)) ? found : null;
  });
}

test("the demo model mends the failing test, and there is a diff to take", async () => {
  const { sessionId } = await sessions.createSession({
    workspaceId,
    repositoryId,
    actor: actor(),
    origin: "browser",
    prompt: promptOf("fix-failing-test"),
    model: "demo",
  });
  const { session, view } = await ended(sessionId);
  expect(view.turns[0]).toMatchObject({ state: "completed", error: null });
  expect(session.state).toBe("idle");
  expect(view.diff.filesChanged).toBeGreaterThan(0);
  const diff = await sessions.getSessionDiff({ workspaceId, sessionId });
  expect(diff?.files.length).toBe(view.diff.filesChanged);
  const tools = view.parts.filter((part) => part.type === "tool");
  expect(tools.length).toBeGreaterThan(2);
  expect(tools.every((tool) => tool.endedAt !== null)).toBe(true);
  const events = await sessions.readSessionEvents({ workspaceId, sessionId, after: 0 });
  expect(events.some((event) => event.type === "part.delta")).toBe(false);
});

test("a question waits for its answer, and 'always' saves the rule that it showed", async () => {
  const { sessionId } = await sessions.createSession({
    workspaceId,
    repositoryId,
    actor: actor(),
    origin: "browser",
    prompt: promptOf("remove-legacy-formatter"),
    model: "demo",
  });
  const request = await until("a question", async () => {
    const { view } = await sessions.getSession({ workspaceId, sessionId });
    return view.permissionRequests.find((candidate) => candidate.state === "pending");
  });
  const row = (await sessions.getSession({ workspaceId, sessionId })).session;
  expect(row).toMatchObject({ state: "waiting", waitingFor: { permission: request.permission, target: request.target } });
  await sessions.answerPermission({ workspaceId, sessionId, requestId: request.id, reply: "once", answeredBy: userId });
  await expect(
    sessions.answerPermission({ workspaceId, sessionId, requestId: request.id, reply: "reject", answeredBy: userId }),
  ).rejects.toMatchObject({ code: "CONFLICT" });
  const { view } = await ended(sessionId);
  expect(view.turns[0]).toMatchObject({ state: "completed" });
});
