import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { until } from "./support/product.ts";
import { startScriptedModel } from "./support/scripted-model.ts";
import { seedWorkspace } from "./support/seed.ts";
import { bash, startSessions, toolsOf } from "./support/session-driver.ts";

const model = await startScriptedModel();
const { product, sessions, workspaceId, userId, begin, get, ended } = await startSessions("Turns", model);

function isRunning(command: string): boolean {
  try {
    return execFileSync("pgrep", ["-f", command]).length > 0;
  } catch {
    return false;
  }
}

describe("prompts", () => {
  test("of two at the same moment the second waits for the first, and neither is lost", async () => {
    model.script("script-first", [{ text: "First done.", chunkMs: 50 }]);
    model.script("script-second", [{ text: "Second done." }]);
    const sessionId = await begin("script-first please");
    const [a, b] = await Promise.all([
      sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-second please", clientRequestId: "r1" }),
      sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-second please", clientRequestId: "r1" }),
    ]);
    expect(a).toEqual(b);
    const { view, session } = await ended(sessionId);
    expect(view.turns.map((turn) => [turn.ordinal, turn.state])).toEqual([
      [1, "completed"],
      [2, "completed"],
    ]);
    expect(Date.parse(view.turns[1]?.startedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(view.turns[0]?.finishedAt ?? ""));
    expect(session).toMatchObject({ state: "idle", title: "script-first please" });
    const answers = view.messages.filter((message) => message.role === "assistant").map((message) => message.turnId);
    expect(answers).toEqual(view.turns.map((turn) => turn.id));
  });

  test.each([
    ["of a megabyte", "x".repeat(1_000_000), "characters at most"],
    ["that is empty", "  \n ", "Write what the agent should do"],
    ["with control characters", "do \u0007 this", "control characters"],
  ])("one %s is refused with a sentence", async (_name, prompt, sentence) => {
    const sessionId = await begin("script-first again");
    await expect(sessions.submitPrompt({ workspaceId, sessionId, prompt })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining(sentence),
    });
    await ended(sessionId);
  });

  test("into another workspace's session is not found", async () => {
    const other = await seedWorkspace("Other");
    const sessionId = await begin("script-first once more");
    for (const attempt of [
      () => sessions.submitPrompt({ workspaceId: other.workspaceId, sessionId, prompt: "hello" }),
      () => sessions.getSession({ workspaceId: other.workspaceId, sessionId }),
      () => sessions.abortSession({ workspaceId: other.workspaceId, sessionId }),
      () => sessions.readSessionEvents({ workspaceId: other.workspaceId, sessionId, after: 0 }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    await ended(sessionId);
  });
});

describe("abort", () => {
  test("kills the running command within a second", async () => {
    model.script("script-sleep", [{ calls: [bash("echo begun; sleep 97.25")] }]);
    const sessionId = await begin("script-sleep");
    await until(
      "the command runs",
      async () => isRunning("sleep 97.25") && toolsOf((await get(sessionId)).view)[0]?.output.includes("begun"),
    );
    const startedMs = performance.now();
    await sessions.abortSession({ workspaceId, sessionId });
    await until("the command is gone", async () => !isRunning("sleep 97.25"), 5_000);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    const { view, session } = await get(sessionId);
    expect(view.turns[0]?.state).toBe("aborted");
    expect(session.state).toBe("idle");
    expect(toolsOf(view)[0]).toMatchObject({ state: "error", error: "aborted", output: expect.stringContaining("begun") });
  });

  test("stops the model's stream and keeps what it had said; the next prompt works", async () => {
    model.script("script-long", [{ text: "word ".repeat(2_000), chunkMs: 20 }]);
    const sessionId = await begin("script-long");
    await until("text streams", async () =>
      (await get(sessionId)).view.parts.some((part) => part.type === "text" && part.text.startsWith("word word")),
    );
    await sessions.abortSession({ workspaceId, sessionId });
    const seq = (await get(sessionId)).view.seq;
    model.script("script-after", [{ text: "Good." }]);
    await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-after" });
    const { view } = await ended(sessionId);
    expect(view.turns.map((turn) => turn.state)).toEqual(["aborted", "completed"]);
    const events = await sessions.readSessionEvents({ workspaceId, sessionId, after: seq });
    const aborted = view.turns[0]?.id;
    const late = view.messages.filter((message) => message.turnId === aborted).map((message) => message.id);
    expect(events.some((event) => event.type === "part.updated" && late.includes(event.data.part.messageId))).toBe(false);
    expect(view.parts.every((part) => !("endedAt" in part) || part.endedAt !== null)).toBe(true);
  });
});

describe("a provider", () => {
  test("that fails for a while is tried again, visibly", async () => {
    model.script("script-flaky", [{ text: "Back again." }]);
    model.fail("script-flaky", 2, { status: 529, message: "Overloaded" });
    const { view } = await ended(await begin("script-flaky"));
    expect(view.turns[0]).toMatchObject({ state: "completed" });
    expect(view.parts.filter((part) => part.type === "retry").map((part) => part.attempt)).toEqual([1, 2]);
  });

  test("that refuses the key ends the turn with the way to the setting; a retry goes on where it stood", async () => {
    model.script("script-revoked", [{ calls: [bash("echo kept > kept.txt")] }, { text: "All done." }]);
    model.fail("script-revoked", 1, { status: 401, message: "invalid x-api-key", step: 1 });
    const sessionId = await begin("script-revoked");
    const failed = await ended(sessionId);
    expect(failed.session.state).toBe("failed");
    expect(failed.session.error).toMatchObject({ settingsPath: expect.stringContaining("providers"), retryable: false });
    await sessions.retryTurn({ workspaceId, sessionId, turnId: failed.view.turns[0]?.id ?? raise() });
    const { view } = await ended(sessionId);
    expect(view.turns).toMatchObject([{ state: "completed", error: null }]);
    expect(toolsOf(view)).toHaveLength(1);
  });
});

describe("calls", () => {
  test("that the model got wrong are told to it", async () => {
    model.script("script-wrong", [
      {
        calls: [
          { name: "teleport", input: {} },
          { name: "read", input: { nonsense: 1 } },
        ],
      },
      { text: "I see." },
    ]);
    const { view } = await ended(await begin("script-wrong"));
    expect(view.turns[0]?.state).toBe("completed");
    expect(toolsOf(view).map((tool) => tool.state)).toEqual(["error", "error"]);
    expect(toolsOf(view)[0]?.error).toContain("The tools are: bash");
  });

  test("that repeat themselves three times are asked about; a refusal is told to the model", async () => {
    const again = { calls: [bash("true")] };
    model.script("script-loop", [again, again, again, { text: "I stop." }]);
    const sessionId = await begin("script-loop");
    const request = await until("the question", async () => (await get(sessionId)).view.permissionRequests[0]);
    expect(request).toMatchObject({ permission: "doom_loop", target: "bash" });
    await sessions.answerPermission({ workspaceId, sessionId, requestId: request.id, reply: "reject", answeredBy: userId });
    const { view } = await ended(sessionId);
    expect(toolsOf(view).map((tool) => tool.state)).toEqual(["completed", "completed", "error"]);
    expect(toolsOf(view)[2]?.answer).toMatchObject({ reply: "reject", by: "Turns" });
  });

  test("'always' saves the rule that was shown, and the same is not asked again", async () => {
    model.script("script-always", [
      { calls: [bash("touch a.txt && rm a.txt")] },
      { calls: [bash("touch b.txt && rm b.txt")] },
      { text: "Cleaned." },
    ]);
    const sessionId = await begin("script-always");
    const request = await until("the question", async () => (await get(sessionId)).view.permissionRequests[0]);
    await sessions.answerPermission({ workspaceId, sessionId, requestId: request.id, reply: "always", answeredBy: userId });
    const { view } = await ended(sessionId);
    const { withTenant } = await import("@opencode/core/platform/database/database.ts");
    const rules = await withTenant(workspaceId, (tx) => tx.permissionRule.findMany());
    expect(rules).toMatchObject([{ permission: request.permission, pattern: request.alwaysRule, action: "allow" }]);
    expect(toolsOf(view).map((tool) => tool.state)).toEqual(["completed", "completed"]);
  });

  test("that only read run together, and output with a NUL byte is kept as text", async () => {
    const read = (filePath: string) => ({ name: "read", input: { filePath } });
    model.script("script-reads", [
      { calls: [read("package.json"), read("README.md"), read("missing.txt")] },
      { calls: [bash("printf 'a\\0b'")] },
      { text: "Read." },
    ]);
    const { view } = await ended(await begin("script-reads"));
    expect(toolsOf(view).map((tool) => tool.state)).toEqual(["completed", "completed", "error", "completed"]);
    expect(toolsOf(view)[3]?.output).toContain("a\uFFFDb");
  });
});

test("a repository that has vanished fails the turn with the way to the setting", async () => {
  const { mkdtemp, rm } = await import("node:fs/promises");
  const { connectRepository } = await import("@opencode/core/modules/repositories/index.ts");
  const path = await mkdtemp("/tmp/opencode-vanishing-");
  execFileSync("git", ["init", "-q", path]);
  execFileSync("git", ["-C", path, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "first"]);
  const local = await connectRepository({ workspaceId, actorId: userId }, { kind: "local", path });
  const actor = { kind: "user" as const, id: userId };
  const { sessionId } = await sessions.createSession({
    workspaceId,
    repositoryId: local.id,
    actor,
    origin: "api",
    model: "anthropic/scripted",
  });
  await until("the mirror", async () => existsSync(`${product.dataDirectory}/mirrors/${local.id}.git/HEAD`));
  await rm(path, { recursive: true });
  await rm(`${product.dataDirectory}/mirrors/${local.id}.git`, { recursive: true });
  await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-first here" });
  const { session, view } = await ended(sessionId);
  expect(view.turns[0]?.state).toBe("failed");
  expect(session.error?.message).toMatch(/\w+ /);
  expect(session.error).toMatchObject({ settingsPath: "repositories" });
});

test("the worker drains on SIGTERM, and the turn goes on when it is back", async () => {
  model.script("script-drain", [{ calls: [bash("echo once >> drained.txt; sleep 3")] }, { text: "Through." }]);
  const sessionId = await begin("script-drain");
  await until("the command runs", async () => toolsOf((await get(sessionId)).view)[0]?.state === "running");
  expect(await product.terminate("worker")).toBeLessThan(5_000);
  await product.start("worker");
  const { view } = await ended(sessionId);
  expect(view.turns[0]).toMatchObject({ state: "completed" });
  expect(toolsOf(view)).toMatchObject([{ state: "completed", exitCode: 0 }]);
  const patch = await sessions.getSessionPatch({ workspaceId, sessionId });
  expect(patch?.patch.match(/^\+once$/gm)).toHaveLength(1);
}, 60_000);

function raise(): never {
  throw new Error("there is no turn");
}
