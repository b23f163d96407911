import { expect, test } from "vitest";
import { until } from "./support/product.ts";
import { startSessions } from "./support/session-driver.ts";

const noModel = { env: {}, stop: async () => undefined };
const { sessions, workspaceId, userId, begin, ended } = await startSessions("Demo", noModel);
const { guidedTasks } = await import("@opencode/core/modules/providers/index.ts");

const promptOf = (id: string) => guidedTasks.find((task) => task.id === id)?.prompt ?? "";

test("the demo model mends the failing test, and there is a diff to take", async () => {
  const sessionId = await begin(promptOf("fix-failing-test"), { model: "demo" });
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
  const sessionId = await begin(promptOf("remove-legacy-formatter"), { model: "demo" });
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
