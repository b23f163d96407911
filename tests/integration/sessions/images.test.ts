import { expect, test } from "vitest";
import { startRawModel } from "./support/raw-model.ts";
import { startSessions } from "./support/session-driver.ts";

const model = await startRawModel();
const { product, sessions, workspaceId, userId, repositoryId, begin, get, ended, untilView } = await startSessions("Images", model);
const { putCustomModel } = await import("@opencode/core/modules/providers/model-settings.ts");

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const picture = { name: "mock-up.png", data: png };
const isSaid = (part: { type: string; messageId: string }, index: number) => part.type === "text" && index > 0;
const onTheWire = /"type":"image","source":\{[^}]*"media_type":"image\/png"/;

test("a picture with a prompt is sent with it and with every later step, also by a worker that came up anew; it is shown, forked and replayed", async () => {
  model.script("script-picture", () => ({ text: "A single pixel." }));
  const sessionId = await begin("script-picture: what is this?", { images: [picture], model: "anthropic/raw" });
  const { view } = await ended(sessionId);
  const part = view.parts.find(({ type }) => type === "image");
  expect(part).toMatchObject({ name: "mock-up.png", mime: "image/png", width: 1, height: 1, sizeBytes: 70 });
  const [first] = model.requests("script-picture");
  expect(first?.told).toMatch(onTheWire);
  expect(first?.told).toContain(png);

  await product.kill("worker");
  await product.start("worker");
  await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-picture: and its colour?" });
  await ended(sessionId, 2);
  expect(model.requests("script-picture").at(-1)?.told).toContain(png);
  expect((await sessions.replaySession(sessionId)).differences).toEqual([]);

  if (!part) throw new Error("no picture");
  const shown = await sessions.getSessionImage({ workspaceId, sessionId }, { partId: part.id, ordinal: 0 });
  expect(Buffer.from(shown.content).toString("base64")).toBe(png);
  const fork = await sessions.forkSession(
    { workspaceId, sessionId },
    { messageId: null, actor: { kind: "user", id: userId }, origin: "browser" },
  );
  const copy = (await get(fork.sessionId)).view.parts.find(({ type }) => type === "image");
  if (!copy) throw new Error("the fork has no picture");
  await expect(sessions.getSessionImage({ workspaceId, sessionId: fork.sessionId }, { partId: copy.id, ordinal: 0 })).resolves.toEqual(
    shown,
  );
  await expect(sessions.getSessionImage({ workspaceId, sessionId: fork.sessionId }, { partId: part.id, ordinal: 0 })).rejects.toMatchObject(
    {
      code: "NOT_FOUND",
    },
  );

  await sessions.compactSession({ workspaceId, sessionId });
  await ended(sessionId, 3);
  await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-picture: go on" });
  await ended(sessionId, 4);
  const last = model.requests("script-picture").at(-1);
  expect(last?.told).toContain("[picture: mock-up.png]");
  expect(last?.told).not.toContain(png);
}, 60_000);

test("pictures that can't be used, and models that can't see, are refused with a sentence before anything runs", async () => {
  const refused = (images: (typeof picture)[], more: object = {}) =>
    begin("script-refused", { images, model: "anthropic/raw", ...more }).then(
      () => "taken",
      (error: Error) => error.message,
    );
  expect(await refused([{ name: "notes.txt", data: Buffer.from("only text").toString("base64") }])).toContain('"notes.txt" is no picture');
  expect(await refused(Array.from({ length: 9 }, () => picture))).toContain("8 pictures at most");
  const huge = Buffer.from(png, "base64");
  huge.writeUInt32BE(20_000, 16);
  expect(await refused([{ name: "wall.png", data: huge.toString("base64") }])).toContain("20000 × 1 pixels");
  const abilities = { tools: true, images: false, reasoning: null, structuredOutput: null };
  const blind = { modelId: "anthropic/blind", label: "Mole", contextTokens: 50_000, maxOutputTokens: 4_000, price: null, abilities };
  await putCustomModel({ workspaceId, actorId: userId }, blind);
  expect(await refused([picture], { model: "anthropic/blind" })).toContain("Mole can't see pictures");
  expect(model.requests("script-refused")).toEqual([]);
  // A conversation that has pictures can go on with such a model: it is told that they are there.
  model.script("script-mole", () => ({ text: "I can't see it." }));
  const sessionId = await begin("script-mole: look", { images: [picture], model: "anthropic/raw" });
  await ended(sessionId);
  await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-mole: and you?", model: "anthropic/blind" });
  await ended(sessionId, 2);
  expect(model.requests("script-mole").at(-1)?.told).toContain("You can't see pictures");
  await expect(
    sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-mole: this one?", images: [picture] }),
  ).rejects.toMatchObject({ code: "BAD_REQUEST" });
}, 60_000);

test("a picture told to a running turn reaches its next step", async () => {
  model.script("script-told", (_, asked) => (asked === 0 ? { text: "Looking around. ".repeat(8), pieceMs: 60 } : { text: "A pixel." }));
  const sessionId = await begin("script-told: look around", { model: "anthropic/raw" });
  await untilView("it speaks", sessionId, ({ turns, parts }) => turns[0]?.state === "running" && parts.some(isSaid));
  const steered = await sessions.steerTurn({ workspaceId, sessionId, prompt: "And this?", images: [picture], clientRequestId: "told" });
  expect(steered.steerId).not.toBeNull();
  const { view } = await ended(sessionId);
  const part = view.parts.find(({ type }) => type === "image");
  expect(view.steers).toMatchObject([
    { state: "taken", requestId: "told", pictures: [{ partId: part?.id, name: "mock-up.png", width: 1 }] },
  ]);
  expect(view.turns).toMatchObject([{ agent: "build" }]);
  expect(model.requests("script-told").at(-1)?.told).toMatch(onTheWire);
  expect((await sessions.replaySession(sessionId)).differences).toEqual([]);
  await expect(
    sessions.steerTurn({ workspaceId, sessionId, prompt: "x", images: [{ name: "a.txt", data: "dGV4dA==" }] }),
  ).rejects.toMatchObject({ code: "BAD_REQUEST" });
}, 60_000);

test("a comparison shows the pictures of its prompt", async () => {
  model.script("script-compared", () => ({ text: "A pixel." }));
  const attempts = [{ model: "anthropic/raw" }, { model: "anthropic/raw" }];
  const actor = { kind: "user", id: userId } as const;
  const task = { workspaceId, repositoryId, actor, origin: "browser", prompt: "script-compared", attempts } as const;
  const { groupId, sessionIds } = await sessions.createCompare({ ...task, images: [picture] });
  const group = await sessions.getCompare({ workspaceId, groupId });
  expect(group.pictures).toMatchObject([{ name: "mock-up.png", width: 1, height: 1 }]);
  for (const sessionId of sessionIds) await ended(sessionId);
}, 60_000);
