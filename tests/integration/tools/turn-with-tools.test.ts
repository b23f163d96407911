import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareProduct, until } from "../sessions/support/product.ts";
import { startScriptedModel } from "../sessions/support/scripted-model.ts";
import { seedWorkspace } from "../sessions/support/seed.ts";

const model = await startScriptedModel();
const product = await prepareProduct({ env: { ...model.env, SINGLE_MACHINE: "true" } });
const sessions = await import("@opencode/core/modules/sessions/index.ts");
const { connectRepository, mirrorRepository } = await import("@opencode/core/modules/repositories/index.ts");
const { makeRepository } = await import("@opencode/core/modules/repositories/testing.ts");
const { buildHistory } = await import("@opencode/core/modules/sessions/agent-loop/build-history.ts");
const { shownImages } = await import("@opencode/core/modules/sessions/part-images/shown-images.ts");
const { newId } = await import("@opencode/core/platform/ids.ts");
const { currentTodos } = await import("@opencode/core/modules/tools/index.ts");

const scratch = await mkdtemp(join(tmpdir(), "turn-with-tools-"));
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

beforeAll(async () => {
  await makeRepository(join(scratch, "app"), {
    "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, noEmit: true } }),
    "src/a.ts": "export const a: number = 1;\n",
    "dot.png": Buffer.from(dot, "base64"),
    ".claude/skills/review/SKILL.md": "---\nname: review\ndescription: Reviews a change.\n---\nLook twice.\n",
    ".claude/skills/secret/SKILL.md": "---\nname: secret\ndescription: Nobody may.\n---\nNo.\n",
    "opencode.json": JSON.stringify({ permission: { skill: { secret: "deny" }, bash: { "rm *": "deny" } } }),
  });
  await product.start("engine");
  await product.start("worker");
});
afterAll(async () => {
  await product.stop();
  await model.stop();
  await rm(scratch, { recursive: true, force: true });
});

test("a turn has the repository's skills, sees pictures, and is told what its edit broke; the log says who allowed each call", {
  timeout: 90_000,
}, async () => {
  const { workspaceId, userId } = await seedWorkspace("Tools");
  const { id: repositoryId } = await connectRepository({ workspaceId, actorId: userId }, { kind: "local", path: join(scratch, "app") });
  await mirrorRepository({ workspaceId, repositoryId });
  model.script("script-tools", [
    {
      calls: [
        { name: "skill", input: { name: "review" } },
        { name: "read", input: { filePath: "dot.png" } },
      ],
    },
    { calls: [{ name: "skill", input: { name: "secret" } }] },
    { calls: [{ name: "edit", input: { filePath: "src/a.ts", oldString: "= 1", newString: '= "one"' } }] },
    { calls: [{ name: "todowrite", input: { todos: [{ content: "Mend it", status: "pending", priority: "high" }] } }] },
    { calls: [{ name: "write", input: { filePath: "later.sh", content: "echo harmless\nrm src/a.ts\n" } }] },
    { calls: [{ name: "bash", input: { command: "sh later.sh" } }] },
    { text: "Done." },
  ]);
  const actor = { kind: "user" as const, id: userId };
  const { sessionId } = await sessions.createSession({
    workspaceId,
    repositoryId,
    actor,
    origin: "browser",
    prompt: "script-tools please",
    model: "anthropic/scripted",
  });
  const { view } = await until("the turn ends", async () => {
    const found = await sessions.getSession({ workspaceId, sessionId });
    return found.view.turns.every((turn) => ["completed", "failed", "aborted"].includes(turn.state)) ? found : null;
  });
  expect(view.turns.map(({ state, error }) => [state, error])).toEqual([["completed", null]]);
  const calls = view.parts.filter((part) => part.type === "tool");
  expect(calls.map(({ tool, state }) => `${tool} ${state}`)).toEqual([
    "skill completed",
    "read completed",
    "skill error",
    "edit completed",
    "todowrite completed",
    "write completed",
    // What an earlier call wrote is judged when it is run.
    "bash error",
  ]);
  for (const call of calls) {
    expect(call.decision).toMatchObject({
      action: call.state === "error" ? "deny" : "allow",
      layer: call.state === "error" ? "repository" : "platform",
    });
    if (call.state === "completed") expect(call.metadata.durationMs).toEqual(expect.any(Number));
  }
  expect(calls[0]?.output).toContain("Look twice.");
  expect(calls[1]?.metadata.images).toEqual([{ mime: "image/png", sizeBytes: 70 }]);
  // A machine under load may not get the answer within the 5 s that an edit waits.
  if (Object(calls[3]?.metadata.diagnostics).state === "done")
    expect(calls[3]?.output).toMatch(/1 error in src\/a\.ts:\n1:14 Type 'string' is not assignable to type 'number'/);
  expect(currentTodos(view.parts)).toEqual([{ content: "Mend it", status: "pending", priority: "high" }]);
  const sent = JSON.stringify(model.lastRequest()?.messages);
  expect(sent).toContain("- review: Reviews a change.");
  expect(sent).not.toContain("Nobody may.");
  // The picture is kept beside the log, and goes with the call's result to the model.
  const messages = [{ id: newId("message"), turnId: newId("turn"), role: "assistant" as const, finishedAt: null, parts: calls }];
  const images = await shownImages({ workspaceId, sessionId }, messages);
  const results = buildHistory(messages, images).flatMap(({ content }) => content.filter((part) => part.type === "tool-result"));
  expect(results.map((result) => result.images)).toEqual(calls.map((_, at) => (at === 1 ? [{ mime: "image/png", data: dot }] : undefined)));
  expect(JSON.stringify(view.parts)).not.toContain(dot);
});
