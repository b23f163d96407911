import { describe, expect, test } from "vitest";
import { scriptedSummary, startScriptedModel } from "./support/scripted-model.ts";
import { bash, isCalling, startSessions, textsOf } from "./support/session-driver.ts";

const model = await startScriptedModel();
const { sessions, workspaceId, userId, begin, get, ended: over, untilView } = await startSessions("Loop", model);
const { saveAgent } = await import("@opencode/core/modules/sessions/agents/save-agent.ts");

const view = async (...[sessionId]: Parameters<typeof get>) => (await get(sessionId)).view;
const ended = async (...of: Parameters<typeof over>) => (await over(...of)).view;

describe("a message to a running turn", () => {
  test("is told to it before its next step, once, in the order of the log", async () => {
    model.script("script-steered", [{ calls: [bash("sleep 1; echo one")] }, { text: "As you like." }]);
    const sessionId = await begin("script-steered please");
    await untilView("the command runs", sessionId, isCalling);
    const request = { workspaceId, sessionId, prompt: "And be brief.", clientRequestId: "s1" };
    const [first, again] = [await sessions.steerTurn(request), await sessions.steerTurn(request)];
    expect(again.steerId).toBe(first.steerId);
    expect((await view(sessionId)).steers).toMatchObject([{ text: "And be brief.", state: "pending", messageId: null }]);
    const found = await ended(sessionId);
    expect(found.steers).toMatchObject([{ state: "taken" }]);
    expect(found.turns).toHaveLength(1);
    expect(textsOf(found)).toEqual(["script-steered please", "And be brief.", "As you like."]);
    expect(JSON.stringify(model.lastRequest())).toContain("And be brief.");
  });

  test("that comes while the last words are said lets the turn go on; one that was withdrawn is never said", async () => {
    model.script("script-last", [
      { text: "I have said all that there is to say about it. ".repeat(4), chunkMs: 60 },
      { text: "One more thing." },
    ]);
    const sessionId = await begin("script-last please");
    await untilView("it speaks", sessionId, ({ parts }) => parts.some((part) => part.type === "text" && part.endedAt === null));
    const { steerId } = await sessions.steerTurn({ workspaceId, sessionId, prompt: "Never mind." });
    if (steerId) await sessions.withdrawSteer({ workspaceId, sessionId, steerId });
    await sessions.steerTurn({ workspaceId, sessionId, prompt: "Is that all?" });
    const found = await ended(sessionId);
    expect(found.turns).toHaveLength(1);
    expect(textsOf(found).slice(2)).toEqual(["Is that all?", "One more thing."]);
    expect(found.steers.map(({ state }) => state)).toEqual(["withdrawn", "taken"]);
    if (steerId) await expect(sessions.withdrawSteer({ workspaceId, sessionId, steerId })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("that is sent again when its turn has ended is not a second prompt; sent twice at once it is one", async () => {
    model.script("script-again", [{ calls: [bash("sleep 1; echo one")] }, { text: "Heard." }]);
    const sessionId = await begin("script-again please");
    await untilView("the command runs", sessionId, isCalling);
    const request = { workspaceId, sessionId, prompt: "Hear me.", clientRequestId: "again" };
    const [first, second] = await Promise.all([sessions.steerTurn(request), sessions.steerTurn(request)]);
    expect(second).toEqual(first);
    await ended(sessionId);
    expect(await sessions.steerTurn(request)).toMatchObject({ steerId: first.steerId });
    const found = await ended(sessionId);
    expect(found.turns).toHaveLength(1);
    expect(textsOf(found)).toEqual(["script-again please", "Hear me.", "Heard."]);
  });

  test("that became a prompt of its own is not told to its own turn when it is sent again", async () => {
    model.script("script-before", [{ text: "Done." }]);
    model.script("script-prompt", [{ calls: [bash("sleep 1")] }, { text: "Over." }]);
    const sessionId = await begin("script-before please");
    await ended(sessionId);
    const request = { workspaceId, sessionId, prompt: "script-prompt please", clientRequestId: "prompt" };
    const first = await sessions.steerTurn(request);
    await untilView("the command runs", sessionId, isCalling);
    expect(await sessions.steerTurn(request)).toEqual(first);
    const found = await ended(sessionId, 2);
    expect(textsOf(found)).toEqual(["script-before please", "Done.", "script-prompt please", "Over."]);
  });

  test("of a turn that is stopped is given back; where none runs it is a prompt", async () => {
    model.script("script-stopped", [{ calls: [bash("sleep 30")] }]);
    model.script("script-after", [{ text: "Here I am." }]);
    const sessionId = await begin("script-stopped please");
    await untilView("the command runs", sessionId, isCalling);
    await sessions.steerTurn({ workspaceId, sessionId, prompt: "Not so." });
    await sessions.abortSession({ workspaceId, sessionId });
    expect((await view(sessionId)).steers).toMatchObject([{ state: "withdrawn" }]);
    expect(await sessions.steerTurn({ workspaceId, sessionId, prompt: "script-after please" })).toMatchObject({ steerId: null });
    expect(textsOf(await ended(sessionId, 2))).toContain("Here I am.");
  });
});

test("at the last step that its agent may take, the turn sums up and is completed, visibly", async () => {
  const definition = "---\ndescription: takes two steps\nmode: primary\nsteps: 2\n---\nWork.";
  await saveAgent({ workspaceId, name: "brief", definition, savedBy: userId });
  model.script("script-cap", [{ calls: [bash("echo 1")] }, { calls: [bash("echo 2")] }, { text: "Done: two echoes. Left: the rest." }]);
  const found = await ended(await begin("script-cap please", { agent: "brief" }));
  expect(found.turns[0]).toMatchObject({ state: "completed", error: null });
  expect(textsOf(found).at(-1)).toBe("Done: two echoes. Left: the rest.");
  expect(found.parts.find((part) => part.type === "notice")).toMatchObject({ code: "step_limit" });
  expect(JSON.stringify(model.lastRequest()?.messages)).toContain("Answer in words only");
});

describe("a conversation", () => {
  test("is shortened by hand: the prompts stay word for word, the system prompt byte for byte", async () => {
    model.script("script-compacted", [{ calls: [bash("seq 1 400")] }, { text: "Counted." }]);
    const sessionId = await begin("script-compacted: count, but never touch the LICENSE.");
    await ended(sessionId);
    const before = model.lastRequest();
    const { turnId } = await sessions.compactSession({ workspaceId, sessionId });
    const compacted = await ended(sessionId, 2);
    const part = compacted.parts.find((candidate) => candidate.type === "compaction");
    expect(part).toMatchObject({ state: "completed", reason: "manual", summary: scriptedSummary });
    expect(compacted.turns.find(({ id }) => id === turnId)).toMatchObject({ state: "completed", kind: "compact" });
    await sessions.submitPrompt({ workspaceId, sessionId, prompt: "What did I forbid?" });
    await ended(sessionId, 3);
    const after = model.lastRequest();
    expect(after?.messages[0]).toEqual(before?.messages[0]);
    const told = JSON.stringify(after?.messages.slice(1));
    expect(told).toContain("script-compacted: count, but never touch the LICENSE.");
    expect(told).toContain(scriptedSummary);
    expect(told).not.toContain("399");
  });

  test("that is being shortened takes no messages: they are prompts of their own, after it", async () => {
    model.script("script-meanwhile", [{ text: "Said." }]);
    const sessionId = await begin("script-meanwhile please");
    await ended(sessionId);
    await sessions.compactSession({ workspaceId, sessionId });
    const steered = await sessions.steerTurn({ workspaceId, sessionId, prompt: "script-meanwhile again" });
    expect(steered.steerId).toBeNull();
    const found = await ended(sessionId, 3);
    expect(found.turns.map(({ state, kind }) => [state, kind ?? "prompt"])).toEqual([
      ["completed", "prompt"],
      ["completed", "compact"],
      ["completed", "prompt"],
    ]);
  });

  test("that the provider finds too long is shortened, and the step is taken again", async () => {
    model.script("script-overflow", [{ calls: [bash("seq 1 300")] }, { text: "Never reached." }]);
    model.fail("script-overflow", 1, { status: 400, message: "prompt is too long: 210000 tokens > 200000 maximum", step: 1 });
    const sessionId = await begin("script-overflow please");
    const found = await ended(sessionId);
    expect(found.turns[0]).toMatchObject({ state: "completed" });
    expect(found.parts.find((part) => part.type === "compaction")).toMatchObject({ state: "completed", reason: "overflow" });
  });
});

test("an answer by a JSON schema is checked, repaired, and the turn's output", async () => {
  const outputSchema = { type: "object", properties: { count: { type: "integer" } }, required: ["count"], additionalProperties: false };
  model.script("script-output", [
    { text: "There are two." },
    { calls: [{ name: "structured_output", input: { count: "two" } }] },
    { calls: [{ name: "structured_output", input: { count: 2 } }] },
  ]);
  const found = await ended(await begin("script-output please", { outputSchema }));
  expect(found.turns[0]).toMatchObject({ state: "completed", output: { count: 2 } });
  model.script("script-nothing", [{ text: "No." }, { text: "No." }, { text: "No." }]);
  const refused = await ended(await begin("script-nothing please", { outputSchema }));
  expect(refused.turns[0]).toMatchObject({ state: "failed", error: { code: "OUTPUT_INVALID" } });
  await expect(begin("hello", { outputSchema: { type: "no such type" } })).rejects.toMatchObject({ code: "BAD_REQUEST" });
});

test("a recorded session goes the same way again; one whose record was changed does not", async () => {
  model.script("script-replayed", [{ text: "I look.", calls: [bash("echo one")] }, { calls: [bash("false")] }, { text: "That is all." }]);
  const sessionId = await begin("script-replayed please");
  await ended(sessionId);
  const { recordSession } = await import("@opencode/core/modules/sessions/replay/recording.ts");
  const { replayRecording } = await import("@opencode/core/modules/sessions/replay/replay-session.ts");
  expect(await sessions.replaySession(sessionId)).toEqual({ turns: 1, steps: 3, differences: [] });
  const recording = await recordSession({ workspaceId, sessionId });
  const turns = recording.turns.map((turn) => ({ ...turn, state: "failed" }));
  const events = recording.events.map((event) =>
    event.type === "turn.updated" && event.data.turn.state === "completed"
      ? { ...event, data: { turn: { ...event.data.turn, state: "failed" as const } } }
      : event,
  );
  expect((await replayRecording({ ...recording, turns, events })).differences).toEqual(["turn 1: ended as failed, now as completed"]);
});
