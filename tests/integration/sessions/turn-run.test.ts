import { newId, type RepositoryId, type UserId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareProduct, until } from "./support/product.ts";
import { startScriptedModel } from "./support/scripted-model.ts";
import { seedSample, seedWorkspace } from "./support/seed.ts";

const model = await startScriptedModel();
const product = await prepareProduct({ env: model.env });
const sessions = await import("@opencode/core/modules/sessions/index.ts");

let workspaceId: WorkspaceId;
let userId: UserId;
let repositoryId: RepositoryId;

beforeAll(async () => {
  await product.start("engine");
  await product.start("worker");
  ({ workspaceId, userId } = await seedWorkspace("Runs"));
  repositoryId = await seedSample({ workspaceId, userId });
});
afterAll(async () => {
  await product.stop();
  await model.stop();
});

test("a turn shows its run: steps in order, its recorded context, and nothing of what steps answered", async () => {
  model.script("script-run", [
    { text: "I look.", calls: [{ name: "bash", input: { command: "echo very-secret-output" } }] },
    { text: "Done." },
  ]);
  const actor = { kind: "user" as const, id: userId };
  const made = await sessions.createSession({
    workspaceId,
    repositoryId,
    actor,
    origin: "browser",
    prompt: "script-run please",
    model: "anthropic/scripted",
  });
  const { sessionId } = made;
  const turnId = made.turnId ?? newId("turn");
  const key = { workspaceId, sessionId, turnId };
  const shown = await until("the run ends", async () => {
    const found = await sessions.getTurnRun(key);
    return found.run?.status === "completed" ? found : null;
  });
  expect(shown).toMatchObject({ state: "completed", problem: null, run: { detail: "steps", error: null, failedCalls: [] } });
  const names = shown.run?.steps.map((step) => step.name.replace(/^tool-.*/, "tool"));
  expect(names).toEqual(["claim", "context", "model-1", "tool", "model-2", "diff-1", "finish"]);
  expect(shown.run?.steps.every((step) => step.status === "completed" && step.attempts === 1 && step.endedAt !== null)).toBe(true);
  expect(shown.context?.pieces[0]).toMatchObject({ source: "system-prompt", truncated: false });
  expect(shown.context?.tools).toContain("bash");
  expect(JSON.stringify(shown)).not.toContain("very-secret-output");

  const other = await seedWorkspace("Other");
  const foreign = [
    { ...key, workspaceId: other.workspaceId },
    { ...key, sessionId: newId("session") },
    { ...key, turnId: newId("turn") },
  ];
  for (const attempt of foreign) await expect(sessions.getTurnRun(attempt)).rejects.toMatchObject({ code: "NOT_FOUND" });

  await product.kill("engine");
  const away = await sessions.getTurnRun(key);
  expect(away).toMatchObject({ run: null, problem: expect.stringContaining("does not answer") });
  expect(away.context).toEqual(shown.context);
  await product.start("engine");
});

test("a step whose worker dies is tried again, and the failed call is shown", async () => {
  model.script("script-dies", [{ calls: [{ name: "bash", input: { command: "sleep 4" } }] }, { text: "Done." }]);
  const actor = { kind: "user" as const, id: userId };
  const made = await sessions.createSession({
    workspaceId,
    repositoryId,
    actor,
    origin: "browser",
    prompt: "script-dies please",
    model: "anthropic/scripted",
  });
  const key = { workspaceId, sessionId: made.sessionId, turnId: made.turnId ?? newId("turn") };
  await until("the model has spoken", async () => (await sessions.getTurnRun(key)).run?.steps.some(({ name }) => name === "model-1"));
  const { runId } = await sessions.getTurnRun(key);
  await product.kill("worker");
  await until("the failed call is known", async () => {
    const found = await sessions.getTurnRun(key);
    return found.run && (found.run.failedCalls.length > 0 || found.run.steps.some((step) => step.failures.length > 0));
  });
  expect(runId).not.toBeNull();
  await product.start("worker");
  await until("the turn ends", async () => (await sessions.getTurnRun(key)).state === "completed");
});
