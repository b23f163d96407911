import { newId } from "@opencode/core/platform/ids.ts";
import { expect, test } from "vitest";
import { until } from "./support/product.ts";
import { startScriptedModel } from "./support/scripted-model.ts";
import { seedWorkspace } from "./support/seed.ts";
import { bash, isCalling, startSessions } from "./support/session-driver.ts";

const model = await startScriptedModel();
const { product, sessions, workspaceId, create, untilView } = await startSessions("Runs", model);

test("a turn shows its run: steps in order, its recorded context, and nothing of what steps answered", async () => {
  model.script("script-run", [{ text: "I look.", calls: [bash("echo very-secret-output")] }, { text: "Done." }]);
  const made = await create("script-run please");
  const { sessionId } = made;
  const turnId = made.turnId ?? newId("turn");
  const key = { workspaceId, sessionId, turnId };
  const shown = await until("the run ends", async () => {
    const found = await sessions.getTurnRun(key);
    // The row is read before the engine is asked.
    return found.state === "completed" && found.run?.status === "completed" ? found : null;
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
  model.script("script-dies", [{ calls: [bash("sleep 4")] }, { text: "Done." }]);
  const made = await create("script-dies please");
  const key = { workspaceId, sessionId: made.sessionId, turnId: made.turnId ?? newId("turn") };
  await untilView("the command runs", key.sessionId, isCalling);
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
