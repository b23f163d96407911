import { LLMock } from "@copilotkit/aimock";
import { recordUsage } from "@opencode/core/modules/billing/index.ts";
import type { ModelEvent, ModelSettings } from "@opencode/core/modules/providers/contract.ts";
import { ProviderError, providersRouter, resolveModel, streamModel } from "@opencode/core/modules/providers/index.ts";
import { createCallerFactory } from "@opencode/core/modules/tenancy/index.ts";
import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type UserId } from "@opencode/core/platform/ids.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BillingWorkspace, billingWorkspace } from "../billing/billing-workspace.ts";
import { prompt, requestOf } from "./call-source.ts";

const [first, second] = [new LLMock({ port: 0 }), new LLMock({ port: 0 })];
beforeAll(async () => {
  await first.start();
  await second.start();
});
afterAll(async () => {
  await first.stop();
  await second.stop();
});
afterEach(() => {
  for (const mock of [first, second]) {
    mock.clearFixtures();
    mock.clearRequests();
  }
});

const callerOf = (userId: UserId, slug: string) =>
  createCallerFactory(providersRouter)({
    user: { id: userId, email: "o@example.com", name: "O" },
    unverifiedWorkspaceSlug: slug,
    requestId: "req_test",
  } as never);

const [one, two] = ["anthropic/claude-sonnet-5-5", "openai/gpt-6-sol"];
const nothingSet: ModelSettings = { rules: [], chains: [], unknownPrice: "count-zero", maxConcurrentCalls: null };
let home: BillingWorkspace;
let caller: ReturnType<typeof callerOf>;
beforeEach(async () => {
  home = await billingWorkspace();
  caller = callerOf(home.ownerId, home.slug);
  const key = { label: "Ours", key: "sk-test-0123456789" };
  await caller.addKey({ ...key, provider: "anthropic", baseUrl: first.url });
  await caller.addKey({ ...key, provider: "openai", baseUrl: `${second.url}/v1` });
});

async function call(model = one, signal = new AbortController().signal) {
  const events: ModelEvent[] = [];
  const request = { ...requestOf([prompt("hello")]), model, maxOutputTokens: 1_000 };
  let failure: ProviderError["failure"] | null = null;
  try {
    for await (const event of streamModel({
      workspaceId: home.workspaceId,
      request,
      signal,
      origin: { sessionId: home.sessionId, turnId: newId("turn") },
    })) {
      events.push(event);
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    failure = error.failure;
  }
  const text = events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
  return { events, text, failure, finish: events.find((event) => event.type === "finish") };
}

const usage = { prompt_tokens: 1_000, completion_tokens: 50, input_tokens: 1_000, output_tokens: 50 };
const serverError = { error: { type: "api_error", message: "boom" }, status: 500 };

describe("a fallback chain", () => {
  beforeEach(() => caller.setSettings({ ...nothingSet, chains: [{ model: one, fallbacks: ["nobody/knows", two] }] }));

  it.each([
    ["an outage", serverError, "server_error"],
    ["a rate limit", { error: { type: "rate_limit_error", message: "slow" }, status: 429, retryAfter: 60 }, "rate_limited"],
    ["a refused key", { error: { type: "authentication_error", message: "no" }, status: 401 }, "invalid_key"],
  ])("lets the next model go on after %s, and says so", async (_, answer, code) => {
    first.onMessage("hello", answer);
    second.onMessage("hello", { content: "Here I am.", usage });
    const outcome = await call();
    expect(outcome.events[0]).toMatchObject({ type: "switched", from: one, to: two, code });
    expect(outcome.text).toBe("Here I am.");
    expect(outcome.finish).toMatchObject({ modelId: two, costMicros: 1_000 * 2 + 50 * 10 });
  });

  it("takes a half answer back: the switch comes after it", async () => {
    first.onMessage("hello", { content: "half of an answer that is never finished" }, { chunkSize: 4, truncateAfterChunks: 5, latency: 2 });
    second.onMessage("hello", { content: "The whole answer." });
    const { events } = await call();
    const at = events.findIndex((event) => event.type === "switched");
    expect(at).toBeGreaterThan(0);
    const after = events.slice(at).map((event) => (event.type === "text-delta" ? event.text : ""));
    expect(after.join("")).toBe("The whole answer.");
  });

  it("is not for what the model was asked", async () => {
    first.onMessage("hello", {
      error: { type: "invalid_request_error", message: "prompt is too long: 9 tokens > 8 maximum" },
      status: 400,
    });
    expect((await call()).failure?.code).toBe("context_too_long");
    expect(second.getRequests().filter((request) => request.path.includes("responses"))).toHaveLength(0);
  });
});

describe("a circuit", () => {
  it("leaves a source alone after failures in a row, lets one call try it, and closes when that works", async () => {
    first.onMessage("hello", serverError);
    for (let index = 0; index < limits.model.circuitFailures; index += 1) expect((await call()).failure?.code).toBe("server_error");
    const asked = first.getRequests().length;
    const left = await call();
    expect(left.failure).toMatchObject({ code: "circuit_open", retryable: true });
    expect(first.getRequests()).toHaveLength(asked);
    expect(await caller.circuits()).toMatchObject([
      { provider: "anthropic", failures: limits.model.circuitFailures, lastCode: "server_error" },
    ]);
    const past = new Date(Date.now() - 1_000);
    await dangerouslyAcrossTenants("a test lets time pass", (tx) =>
      tx.modelCircuit.updateMany({ where: { workspaceId: home.workspaceId }, data: { openUntil: past } }),
    );
    first.clearFixtures();
    first.onMessage("hello", { content: "Back." }, { latency: 20 });
    const both = await Promise.all([call(), call()]);
    expect(both.map(({ text, failure }) => text || failure?.code).sort()).toEqual(["Back.", "circuit_open"]);
    expect(await caller.circuits()).toEqual([]);
  });
});

describe("places for calls", () => {
  it("are given in order, to as many at once as may, and one that is aborted leaves the queue", async () => {
    await caller.setSettings({ ...nothingSet, maxConcurrentCalls: 2 });
    let [running, most] = [0, 0];
    first.onMessage("hello", { content: "one two three four five six" }, { chunkSize: 4, latency: 15 });
    const counted = async () => {
      const request = { ...requestOf([prompt("hello")]), model: one };
      let isRunning = false;
      for await (const event of streamModel({ workspaceId: home.workspaceId, request, signal: new AbortController().signal })) {
        if (!isRunning) {
          isRunning = true;
          running += 1;
          most = Math.max(most, running);
        }
        if (event.type === "finish") running -= 1;
      }
    };
    const calls = Array.from({ length: 6 }, counted);
    const controller = new AbortController();
    const aborted = call(one, controller.signal);
    controller.abort();
    expect((await aborted).failure?.code).toBe("aborted");
    await Promise.all(calls);
    expect(most).toBe(2);
    const left = await dangerouslyAcrossTenants("a test counts tickets", (tx) =>
      tx.modelCallTicket.count({ where: { workspaceId: home.workspaceId } }),
    );
    expect(left).toBe(0);
  });

  it("come back from a process that was killed", async () => {
    await caller.setSettings({ ...nothingSet, maxConcurrentCalls: 1 });
    const past = new Date(Date.now() - 1_000);
    await dangerouslyAcrossTenants("a test leaves a dead ticket", (tx) =>
      tx.modelCallTicket.create({ data: { id: newId("modelTicket"), workspaceId: home.workspaceId, grantedAt: past, expiresAt: past } }),
    );
    first.onMessage("hello", { content: "Hi" });
    expect((await call()).text).toBe("Hi");
  });
});

describe("what admins set", () => {
  it("a model that a member may not use is refused when it is chosen, and again when it is called", async () => {
    await caller.setSettings({
      ...nothingSet,
      rules: [
        { pattern: "openai/*", who: "everyone" },
        { pattern: "anthropic/*", who: "admins" },
      ],
    });
    const member = callerOf(home.memberId, home.slug);
    expect((await member.models()).models.map((model) => model.provider)).not.toContain("anthropic");
    expect((await caller.models()).models.map((model) => model.provider)).toContain("anthropic");
    await expect(resolveModel(home.workspaceId, one, { sessionId: home.sessionId })).rejects.toThrow(
      "is not among those that you may use here",
    );
    await expect(call()).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect((await resolveModel(home.workspaceId, one, { sessionId: home.otherSessionId })).info.id).toBe(one);
  });

  it("an own entry gives a model a price, and without one it may be refused", async () => {
    const request = { modelId: "anthropic/claude-next", label: "Next", contextTokens: 9_000, maxOutputTokens: null };
    const abilities = { tools: true, images: false, reasoning: null, structuredOutput: null };
    await caller.setSettings({ ...nothingSet, unknownPrice: "refuse" });
    expect((await call(request.modelId)).failure).toMatchObject({ code: "price_unknown", settingsPath: "settings/providers" });
    const price = { input: 7_000_000, output: 0, cacheRead: 0, cacheWrite: 0 };
    const saved = await caller.saveModel({ ...request, price, abilities });
    first.onMessage("hello", { content: "Hi", usage });
    expect((await call(request.modelId)).finish).toMatchObject({ costMicros: 7_000, priceKnown: true });
    expect((await caller.models()).models.find((model) => model.id === request.modelId)).toMatchObject({ name: "Next", isCustom: true });
    await caller.removeModel({ id: saved.id as never });
    expect(await caller.customModels()).toEqual([]);
  });
});

describe("a budget", () => {
  it("bounds the answer to what there is money for, is settled with the real cost, and stops the next call before it is sent", async () => {
    // The prompt and 2,000 tokens of answer fit, 32,000 don't.
    await home.caller.saveBudget({ scope: "session", subjectId: null, period: "total", limitMicros: 25_000 });
    first.onMessage("hello", { content: "Hi", usage: { input_tokens: 5_000, output_tokens: 1_500 } });
    const request = { ...requestOf([prompt("hello")]), model: one };
    const turnId = newId("turn");
    const origin = { sessionId: home.sessionId, turnId, callId: turnId };
    const run = async () => {
      const { signal } = new AbortController();
      for await (const event of streamModel({ workspaceId: home.workspaceId, request, signal, origin }))
        if (event.type === "finish") return event;
      throw new Error("no finish");
    };
    const finish = await run();
    expect(first.getLastRequest()?.body).toMatchObject({ max_tokens: 2_000 });
    expect(finish).toMatchObject({ costMicros: 25_000, reservationId: expect.stringContaining(origin.callId) });
    const { usage: used, costMicros, reservationId = "" } = finish;
    const entry = {
      workspaceId: home.workspaceId,
      sessionId: home.sessionId,
      turnId: newId("turn"),
      model: one,
      ...used,
      costMicros,
      reservationId,
    };
    await withTenant(home.workspaceId, (tx) => recordUsage(tx, entry));
    const asked = first.getRequests().length;
    await expect(run()).rejects.toMatchObject({
      failure: { code: "budget_exceeded", retryable: false, settingsPath: "settings/usage" },
      message: expect.stringContaining("Olga Owner or Adam Admin can raise it in Settings → Usage"),
    });
    expect(first.getRequests()).toHaveLength(asked);
    const [counter] = await withTenant(home.workspaceId, (tx) => tx.budgetCounter.findMany({ where: { workspaceId: home.workspaceId } }));
    expect(counter).toMatchObject({ spentMicros: 25_000n, reservedMicros: 0n });
  });
});
