import { expect, test } from "vitest";
import { until } from "../../integration/sessions/support/product.ts";
import { startScriptedModel } from "../../integration/sessions/support/scripted-model.ts";
import { bash, isCalling, startSessions, task, textsOf, toolsOf } from "../../integration/sessions/support/session-driver.ts";

const model = await startScriptedModel();
const options = { ownDatabase: true, supervised: true };
const { product, sessions, workspaceId, userId, begin, get, ended, untilView } = await startSessions("Child kills", model, options);

const count = (line: string) => bash(`echo ${line} >> count.txt; sleep 1`);
const linesOf = async (sessionId: Awaited<ReturnType<typeof begin>>) =>
  ((await sessions.getSessionPatch({ workspaceId, sessionId }))?.patch ?? "").split("\n").filter((line) => /^\+[^+]/.test(line));

test.each(["worker", "engine", "database"] as const)(
  "kill -9 of the %s while a sub-agent works: one child, each call once, its last words are the result",
  async (victim) => {
    model.script(`script-child${victim}`, [{ calls: [count("child")] }, { text: "The child is done." }]);
    model.script(`script-parent${victim}`, [
      { calls: [task("Child", `script-child${victim}`)] },
      { calls: [count("parent")] },
      { text: "All done." },
    ]);
    const sessionId = await begin(`script-parent${victim} please`);
    const [child] = await until("the child", async () => {
      const found = await sessions.listChildren({ workspaceId, sessionId });
      return found.length > 0 && found;
    });
    if (!child) throw new Error("no child");
    await untilView("the child's command runs", child.sessionId, isCalling);
    await product.kill(victim);
    const { view } = await ended(sessionId);
    expect(view.turns).toMatchObject([{ state: "completed", error: null }]);
    expect(textsOf(view).at(-1)).toBe("All done.");
    expect(toolsOf(view)[0]).toMatchObject({ state: "completed", output: expect.stringContaining("The child is done.") });
    expect(await sessions.listChildren({ workspaceId, sessionId })).toHaveLength(1);
    expect((await get(child.sessionId)).view.turns).toMatchObject([{ state: "completed" }]);
    expect(await linesOf(sessionId)).toEqual(["+child", "+parent"]);
  },
);

test.each(["engine", "database"] as const)("kill -9 of the %s while a question waits: the answer reaches it", async (victim) => {
  const questions = [{ header: "Colour", question: "Which?", options: [{ label: "Red" }, { label: "Blue" }] }];
  model.script(`script-asking${victim}`, [{ calls: [{ name: "question", input: { questions } }] }, { text: "Thanks." }]);
  const sessionId = await begin(`script-asking${victim} please`);
  const view = await untilView("the question", sessionId, ({ permissionRequests }) =>
    permissionRequests.some(({ state }) => state === "pending"),
  );
  const requestId = view.permissionRequests[0]?.id ?? "";
  await product.kill(victim);
  const answer = { workspaceId, sessionId, requestId, answers: [["Blue"]], answeredBy: userId };
  await until("the answer is taken", () => sessions.answerQuestion(answer));
  const end = await ended(sessionId);
  expect(end.view.turns).toMatchObject([{ state: "completed", error: null }]);
  expect(toolsOf(end.view)).toMatchObject([{ state: "completed", output: expect.stringContaining("- Blue") }]);
  expect(textsOf(end.view).at(-1)).toBe("Thanks.");
});
