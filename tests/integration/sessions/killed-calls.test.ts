import type { SessionId } from "@opencode/core/platform/ids.ts";
import { expect, test } from "vitest";
import { startScriptedModel } from "./support/scripted-model.ts";
import { startSessions, textsOf } from "./support/session-driver.ts";

const model = await startScriptedModel();
const { product, workspaceId, begin, ended, untilView } = await startSessions("Killed calls", model, { supervised: true });
const { withTenant } = await import("@opencode/core/platform/database/database.ts");

const ledgerOf = (sessionId: SessionId) =>
  withTenant(workspaceId, (tx) => tx.usageEntry.findMany({ where: { sessionId }, orderBy: { createdAt: "asc" } }));

test("a call that dies with its worker is counted once, by what is known of its answer", async () => {
  const answer = "It says a lot, slowly, so that there is time. ".repeat(10);
  model.script("script-killed", [{ text: answer, chunkMs: 120 }]);
  const sessionId = await begin("script-killed please", { model: "anthropic/claude-haiku-5-5" });
  await untilView("it has begun to answer", sessionId, (view) => textsOf(view).slice(1).join("").length > 60);
  await product.kill("worker");
  const { view, session } = await ended(sessionId);
  expect(textsOf(view).slice(1).join("")).toBe(answer);
  const ledger = await ledgerOf(sessionId);
  expect(ledger).toHaveLength(2);
  const [died] = ledger;
  expect(died).toMatchObject({ model: "anthropic/claude-haiku-5-5", priceKnown: true });
  expect(died?.inputTokens).toBeGreaterThan(500);
  // The provider's own count was never heard: four characters a token.
  expect(died?.outputTokens).toBeGreaterThan(60 / 4);
  expect(died?.outputTokens).toBeLessThan(answer.length / 4);
  expect(Number(died?.costMicros)).toBeGreaterThan(0);
  const sum = (of: (entry: (typeof ledger)[number]) => bigint | number) => ledger.reduce((total, entry) => total + Number(of(entry)), 0);
  expect(session.costMicros).toBe(sum(({ costMicros }) => costMicros));
  expect(view).toMatchObject({
    costMicros: sum(({ costMicros }) => costMicros),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
  });
}, 60_000);
