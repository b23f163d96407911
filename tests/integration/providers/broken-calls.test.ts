import { recordUsage } from "@opencode/core/modules/billing/index.ts";
import { estimateKilled, ProviderError, providersRouter, streamModel } from "@opencode/core/modules/providers/index.ts";
import { createCallerFactory } from "@opencode/core/modules/tenancy/index.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { afterEach, expect, it } from "vitest";
import { type BillingWorkspace, billingWorkspace } from "../billing/billing-workspace.ts";
import { prompt, requestOf } from "./call-source.ts";
import { type RawServer, rawServer, sendEvents } from "./raw-server.ts";

let server: RawServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const usage = { input_tokens: 5_000, cache_read_input_tokens: 1_000, output_tokens: 3 };
const start = { type: "message_start", message: { id: "m", model: "claude-sonnet-5-5", usage } };
const text = (said: string) => [
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: said } },
];
const overloaded = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
const model = "anthropic/claude-sonnet-5-5";
const answered = 100;
// $2, $0.20 and $10 a million tokens.
const cost = 5_000 * 2 + 1_000 * 0.2 + answered * 10;

/** One call at a server that says this, in a workspace with a budget; what the ledger and the budget know afterwards. */
async function call(events: Parameters<typeof sendEvents>[1], { end = true, stopAfter = Number.POSITIVE_INFINITY } = {}) {
  server = await rawServer((response) => {
    // A key is tested by its list of models.
    if (!server?.requests.at(-1)?.body.model)
      return response.writeHead(200, { "content-type": "application/json" }).end('{"data":[{"id":"m"}]}');
    sendEvents(response, events, end);
    if (!end && stopAfter === Number.POSITIVE_INFINITY) setTimeout(() => response.destroy(), 50);
  });
  const home: BillingWorkspace = await billingWorkspace();
  const context = {
    user: { id: home.ownerId, email: "o@example.com", name: "O" },
    unverifiedWorkspaceSlug: home.slug,
    requestId: "req_test",
  };
  await createCallerFactory(providersRouter)(context as never).addKey({
    provider: "anthropic",
    label: "Ours",
    key: "sk-test-0123456789",
    baseUrl: server.url,
  });
  await home.caller.saveBudget({ scope: "workspace", subjectId: null, period: "month", limitMicros: 10_000_000 });
  const controller = new AbortController();
  const turnId = newId("turn");
  let [seen, failure]: [number, ProviderError["failure"] | null] = [0, null];
  try {
    const input = { workspaceId: home.workspaceId, request: { ...requestOf([prompt("hello")]), model }, signal: controller.signal };
    for await (const _ of streamModel({ ...input, origin: { sessionId: home.sessionId, turnId, callId: turnId } })) {
      seen += 1;
      if (seen >= stopAfter) controller.abort();
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    failure = error.failure;
  }
  const { workspaceId } = home;
  return withTenant(workspaceId, async (tx) => ({
    failure,
    turnId,
    ledger: await tx.usageEntry.findMany({ where: { workspaceId } }),
    counter: await tx.budgetCounter.findFirst({ where: { workspaceId } }),
    reservations: await tx.budgetReservation.count({ where: { workspaceId } }),
  }));
}

it.each([
  ["is cut", [start, ...text("x".repeat(answered * 4))], { end: false }, "stream_interrupted"],
  ["fails after a part of its answer", [start, ...text("x".repeat(answered * 4)), overloaded], {}, "overloaded"],
  ["is stopped by its user", [start, ...text("x".repeat(answered * 4))], { end: false, stopAfter: 1 }, "aborted"],
] as const)("a call that %s costs what was counted and said until then", async (_, events, how, code) => {
  const { failure, turnId, ledger, counter, reservations } = await call(events, how);
  expect(failure).toMatchObject({ code, lost: { costMicros: cost } });
  expect(ledger).toMatchObject([
    { turnId, model, inputTokens: 5_000, outputTokens: answered, cacheReadTokens: 1_000, costMicros: BigInt(cost), priceKnown: true },
  ]);
  expect(counter).toMatchObject({ spentMicros: BigInt(cost), reservedMicros: 0n });
  expect(reservations).toBe(0);
});

it("a call that its provider refuses before it has said anything costs nothing", async () => {
  const { failure, ledger, counter, reservations } = await call([start, overloaded]);
  expect(failure?.lost).toBeUndefined();
  expect(ledger).toEqual([]);
  expect(counter).toMatchObject({ spentMicros: 0n, reservedMicros: 0n });
  expect(reservations).toBe(0);
});

it("a call whose process died is estimated by what is known of its answer; without a price it is said that nobody knows", async () => {
  const home = await billingWorkspace();
  const context = {
    user: { id: home.ownerId, email: "o@example.com", name: "O" },
    unverifiedWorkspaceSlug: home.slug,
    requestId: "req_test",
  };
  server = await rawServer((response) => response.writeHead(200, { "content-type": "application/json" }).end('{"data":[{"id":"m"}]}'));
  const added = { provider: "anthropic", label: "Ours", key: "sk-test-0123456789", baseUrl: server.url } as const;
  await createCallerFactory(providersRouter)(context as never).addKey(added);
  const { workspaceId, sessionId } = home;
  const estimate = (of: string, outputChars: number) =>
    estimateKilled({ workspaceId, sessionId, model: of, request: { ...requestOf([prompt("x".repeat(4_000))]), model: of }, outputChars });
  const known = await estimate(model, answered * 4);
  expect(known).toMatchObject({ priceKnown: true, usage: { outputTokens: answered } });
  expect(known?.costMicros).toBe((known?.usage.inputTokens ?? 0) * 2 + answered * 10);
  // Its key is gone, or it was never in a catalogue.
  expect(await estimate("openai/gpt-gone", answered * 4)).toMatchObject({
    priceKnown: false,
    costMicros: 0,
    usage: { outputTokens: answered },
  });
  expect(await estimate(model, 0)).toBeNull();
  expect(await estimate("demo", 400)).toBeNull();
});

it.each([[true], [false]])("a call that two processes count is in the ledger once (with a budget: %s)", async (hasBudget) => {
  const { workspaceId, sessionId, caller } = await billingWorkspace();
  if (hasBudget) await caller.saveBudget({ scope: "workspace", subjectId: null, period: "month", limitMicros: 10_000_000 });
  const tokens = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  const entry = { id: newId("usage"), workspaceId, sessionId, turnId: newId("turn"), model, ...tokens, costMicros: 70 };
  const count = (costMicros: number) => withTenant(workspaceId, (tx) => recordUsage(tx, { ...entry, costMicros }));
  expect([await count(70), await count(90)]).toEqual([true, false]);
  const [ledger, counter] = await withTenant(workspaceId, (tx) =>
    Promise.all([tx.usageEntry.findMany({ where: { workspaceId } }), tx.budgetCounter.findFirst({ where: { workspaceId } })]),
  );
  expect(ledger).toMatchObject([{ id: entry.id, costMicros: 70n }]);
  expect(counter?.spentMicros ?? null).toBe(hasBudget ? 70n : null);
});
