import type { SessionId } from "@opencode/core/platform/ids.ts";
import { describe, expect, test } from "vitest";
import { until } from "./support/product.ts";
import { startScriptedModel } from "./support/scripted-model.ts";
import { bash, startSessions, task, toolsOf } from "./support/session-driver.ts";

const model = await startScriptedModel();
const { product, sessions, workspaceId, userId, repositoryId, begin, get, ended } = await startSessions("Sub-agents", model);
const children = (sessionId: SessionId) => sessions.listChildren({ workspaceId, sessionId });

describe("sub-agents", () => {
  test("work at the same time in their parent's directory, and their last words are its results", async () => {
    model.script("script-left", [{ calls: [bash("echo left > left.txt")] }, { text: "Left is done." }]);
    model.script("script-right", [{ calls: [bash("echo right > right.txt")] }, { text: "Right is done." }]);
    model.script("script-both", [
      { calls: [task("Left", "script-left"), task("Right", "script-right")] },
      { calls: [bash("cat left.txt right.txt")] },
      { text: "Both." },
    ]);
    const sessionId = await begin("script-both");
    const { view, session } = await ended(sessionId);
    const [left, right, cat] = toolsOf(view);
    expect(left).toMatchObject({
      state: "completed",
      output: expect.stringContaining("Left is done."),
      metadata: { agent: "general", steps: 2 },
    });
    expect(right?.output).toContain("Right is done.");
    expect(cat?.output).toBe("left\nright\n");
    expect(session).toMatchObject({ state: "idle", childCount: 2, diff: { filesChanged: 2 } });
    const found = await children(sessionId);
    const shown = found.map(({ title, state, depth, lastLine }) => ({ title, state, depth, lastLine }));
    // They begin at the same moment: which one is older is nobody's promise.
    expect(shown.toSorted((a, b) => a.title.localeCompare(b.title))).toEqual([
      { title: "Left", state: "idle", depth: 1, lastLine: "Left is done." },
      { title: "Right", state: "idle", depth: 1, lastLine: "Right is done." },
    ]);
    const listed = await sessions.listSessions({ workspaceId, limit: 50 });
    expect(listed.items.map(({ id }) => id)).not.toContain(found[0]?.sessionId);
  });

  test("goes on with an earlier task by its id", async () => {
    model.script("script-one", [{ text: "First answer." }]);
    model.script("script-more", [{ text: "Second answer." }]);
    model.script("script-parent", [{ calls: [task("One", "script-one")] }, { text: "Waiting." }]);
    const sessionId = await begin("script-parent");
    await ended(sessionId);
    const [child] = await children(sessionId);
    model.script("script-again", [{ calls: [task("More", "script-more", { task_id: child?.sessionId })] }, { text: "Over." }]);
    await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-again" });
    const { view } = await ended(sessionId);
    expect(toolsOf(view)[1]?.output).toContain("Second answer.");
    const after = await children(sessionId);
    expect(after).toHaveLength(1);
    expect(after[0]?.calls).toHaveLength(2);
  });

  test("are stopped with their parent, and an unknown one is told to the model", async () => {
    model.script("script-slow", [{ calls: [bash("echo slow; sleep 61.5")] }]);
    model.script("script-stop", [
      { calls: [{ name: "task", input: { description: "No", prompt: "x", subagent_type: "nobody" } }] },
      { calls: [task("Slow", "script-slow")] },
    ]);
    const sessionId = await begin("script-stop");
    const child = await until("the sub-agent's command runs", async () => {
      const [found] = await children(sessionId);
      return found && toolsOf((await get(found.sessionId)).view)[0]?.output.includes("slow") ? found : null;
    });
    expect(toolsOf((await get(sessionId)).view)[0]?.error).toContain("Take one of");
    await sessions.abortSession({ workspaceId, sessionId });
    const { view } = await get(child.sessionId);
    expect(view.turns[0]?.state).toBe("aborted");
    await expect(sessions.submitPrompt({ workspaceId, sessionId: child.sessionId, prompt: "hello" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("go on after kill -9 of the worker, and none is started twice", async () => {
    model.script("script-deep", [{ calls: [bash("sleep 1.5; echo deep >> deep.txt")] }, { text: "Deep is done." }]);
    model.script("script-kill", [{ calls: [task("Deep", "script-deep")] }, { text: "After all." }]);
    const sessionId = await begin("script-kill");
    await until("the sub-agent's command runs", async () => {
      const [found] = await children(sessionId);
      return found && toolsOf((await get(found.sessionId)).view)[0]?.state === "running";
    });
    await product.kill("worker");
    await product.start("worker");
    const { view } = await ended(sessionId);
    expect(toolsOf(view).map(({ state, output }) => [state, output.includes("Deep is done.")])).toEqual([["completed", true]]);
    expect(await children(sessionId)).toHaveLength(1);
    const diff = await sessions.getSessionDiff({ workspaceId, sessionId });
    expect(diff?.files.map(({ path, additions }) => [path, additions])).toEqual([["deep.txt", 1]]);
  }, 60_000);

  test("of explore's kind can't write, and ask nobody for what they may not", async () => {
    model.script("script-look", [
      { calls: [bash("touch made.txt")] },
      { calls: [{ name: "write", input: { filePath: "b.txt", content: "b" } }] },
      { text: "Looked." },
    ]);
    model.script("script-explore", [{ calls: [task("Look", "script-look", { subagent_type: "explore" })] }, { text: "Seen." }]);
    const sessionId = await begin("script-explore");
    const { session } = await ended(sessionId);
    const [child] = await children(sessionId);
    const { view } = await get(child?.sessionId as SessionId);
    expect(toolsOf(view).map(({ state }) => state)).toEqual(["error", "error"]);
    expect(session.diff.filesChanged).toBe(0);
  });
});

describe("questions", () => {
  const questions = [
    { question: "Which colour?", header: "Colour", options: [{ label: "Red" }, { label: "Blue" }] },
    { question: "Which shapes?", header: "Shapes", options: [{ label: "Round" }, { label: "Square" }], multiple: true },
  ];

  test("of a sub-agent wait for an answer that survives kill -9", async () => {
    model.script("script-asks", [{ calls: [{ name: "question", input: { questions } }] }, { text: "Thanks." }]);
    const sessionId = await begin("script-asks");
    const request = await until("it asks", async () => (await get(sessionId)).view.permissionRequests[0]);
    expect((await get(sessionId)).session).toMatchObject({ state: "waiting" });
    const key = { workspaceId, sessionId, requestId: request.id, answeredBy: userId };
    await expect(sessions.answerQuestion({ ...key, answers: [["Red"]] })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(sessions.answerQuestion({ ...key, answers: [["Red", "Blue"], []] })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(sessions.answerPermission({ ...key, reply: "once" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    // However many newer ones there are, it stands first in the list.
    const newer = await sessions.createSession({ workspaceId, repositoryId, actor: { kind: "user", id: userId }, origin: "api" });
    const listed = await sessions.listSessions({ workspaceId, limit: 1 });
    expect(listed.items.map(({ id, state }) => [id, state])).toEqual([
      [sessionId, "waiting"],
      [newer.sessionId, "idle"],
    ]);
    await product.kill("worker");
    await sessions.answerQuestion({ ...key, answers: [["Blue"], ["Round", "like an egg"]] });
    await product.start("worker");
    const { view } = await ended(sessionId);
    expect(toolsOf(view)[0]).toMatchObject({ state: "completed", output: expect.stringContaining("like an egg") });
    await expect(sessions.answerQuestion({ ...key, answers: null })).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

describe("a plan", () => {
  test("looks and writes nothing, by no trick; the next prompt goes to build", async () => {
    model.script("script-plan", [
      { calls: [{ name: "edit", input: { filePath: "README.md", oldString: "a", newString: "b" } }] },
      { calls: [bash("ls")] },
      { text: "The plan." },
    ]);
    const sessionId = await begin("script-plan", { agent: "plan" });
    const first = await ended(sessionId);
    expect(toolsOf(first.view).map(({ state }) => state)).toEqual(["error", "completed"]);
    model.script("script-build", [{ calls: [bash("echo built > built.txt")] }, { text: "Built." }]);
    await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-build", agent: "build" });
    const { session } = await ended(sessionId);
    expect(session).toMatchObject({ agent: "build", diff: { filesChanged: 1 } });
  });
});

describe("a command", () => {
  test("is kept as typed, and the model gets what it became", async () => {
    model.script("script-cmd", [{ text: "Reviewed." }]);
    const sessionId = await begin("/review script-cmd and @README.md");
    const { view } = await ended(sessionId);
    const [text, file] = view.parts;
    expect(text).toMatchObject({
      type: "text",
      text: "/review script-cmd and @README.md",
      expanded: expect.stringContaining("Review the change"),
    });
    expect(file).toMatchObject({ type: "file", path: "README.md", state: "attached" });
    expect(view.turns[0]?.state).toBe("completed");
  });
});

describe("a comparison", () => {
  test("gives the same task to several sessions, of which one is chosen and the others archived", async () => {
    model.script("script-best", [{ calls: [bash("echo best > best.txt; make test || true")] }, { text: "Best of them." }]);
    const input = {
      workspaceId,
      repositoryId,
      actor: { kind: "user" as const, id: userId },
      origin: "browser" as const,
      prompt: "script-best",
    };
    const attempts = [{ model: "anthropic/scripted" }, { model: "anthropic/scripted-too" }];
    const made = await sessions.createCompare({ ...input, attempts, clientRequestId: "c1" });
    expect(await sessions.createCompare({ ...input, attempts, clientRequestId: "c1" })).toEqual(made);
    for (const sessionId of made.sessionIds) await ended(sessionId);
    const key = { workspaceId, groupId: made.groupId };
    const group = await sessions.getCompare(key);
    expect(group.entries.map(({ model: used, finalText, diff, steps }) => [used, finalText, diff.filesChanged, steps])).toEqual([
      ["anthropic/scripted", "Best of them.", 1, 2],
      ["anthropic/scripted-too", "Best of them.", 1, 2],
    ]);
    const [first = null] = made.sessionIds;
    await sessions.chooseSession({ ...key, sessionId: first, archiveOthers: true, chosenBy: userId });
    const chosen = await sessions.getCompare(key);
    expect(chosen).toMatchObject({ chosenSessionId: first, entries: [{ archived: false }, { archived: true }] });
  });
});
