import { setTimeout as sleep } from "node:timers/promises";
import { migrate } from "@opencode/prisma/migrate.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareProduct, until } from "../../integration/sessions/support/product.ts";
import { startScriptedModel } from "../../integration/sessions/support/scripted-model.ts";
import { seedSample, seedWorkspace } from "../../integration/sessions/support/seed.ts";

const awayMs = 30_000;
const model = await startScriptedModel();
const product = await prepareProduct({ ownDatabase: true, env: model.env });
const sessions = await import("@opencode/core/modules/sessions/index.ts");

beforeAll(async () => {
  await product.start("database");
  await migrate(process.env.DATABASE_URL ?? "");
  await product.start("engine");
  await product.start("worker");
});
afterAll(async () => {
  await product.stop();
  await model.stop();
});

test("a database that goes away for 30 s in the middle of a stream costs time and nothing else", async () => {
  const { workspaceId, userId } = await seedWorkspace("Away");
  const repositoryId = await seedSample({ workspaceId, userId });
  const prose = "It says a lot while the ground is taken away. ".repeat(6);
  model.script("script-away", [
    { text: prose, chunkMs: 80, calls: [{ name: "bash", input: { command: "echo once >> once.txt" } }] },
    { text: "Still here." },
  ]);
  const actor = { kind: "user" as const, id: userId };
  const { sessionId } = await sessions.createSession({
    workspaceId,
    repositoryId,
    actor,
    origin: "api",
    prompt: "script-away",
    model: "anthropic/scripted",
  });
  const key = { workspaceId, sessionId };
  await until("text streams", async () =>
    (await sessions.getSession(key)).view.parts.some((part) => part.type === "text" && part.text.startsWith("It says")),
  );
  await product.kill("database");
  await sleep(awayMs);
  await product.start("database");
  const { view } = await until(
    "the turn ends",
    async () => {
      const found = await sessions.getSession(key);
      return ["completed", "failed"].includes(found.view.turns[0]?.state ?? "") ? found : null;
    },
    90_000,
  );
  expect(view.turns[0]).toMatchObject({ state: "completed", error: null });
  expect(view.parts.filter((part) => part.type === "text").map((part) => part.text)).toEqual(["script-away", prose, "Still here."]);
  const patch = await sessions.getSessionPatch(key);
  expect(patch?.patch.match(/^\+once$/gm)).toHaveLength(1);
});
