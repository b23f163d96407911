import { describe, expect, it } from "vitest";
import { retryAfterMs, WireFault } from "./adapters/wire-fault.ts";
import { failureOf, publicDetail } from "./provider-failure.ts";

const where = { provider: "openai", kind: "openai", source: "workspace", apiKey: "sk-proj-abcdef0123456789", baseUrl: null } as const;

describe("publicDetail", () => {
  it.each([
    ["key sk-proj-abcdef0123456789 is wrong", "key [key] is wrong"],
    ["Incorrect API key provided: sk-other*****6789.", "Incorrect API key provided: [key]"],
    ["Authorization: Bearer abc.def", "Authorization: Bearer [key]"],
    ["two\n  lines", "two lines"],
  ])("%j becomes %j", (detail, shown) => expect(publicDetail(detail, where.apiKey)).toBe(shown));

  it("cuts long texts", () => expect(publicDetail("x".repeat(5_000), "")).toHaveLength(300));
});

describe("failureOf", () => {
  it("leads a workspace to its settings and others to the operator", () => {
    const fault = new WireFault({ kind: "http", status: 401 });
    expect(failureOf(fault, where)).toMatchObject({
      settingsPath: "settings/providers",
      message: expect.stringContaining("Enter a new key in Settings"),
    });
    expect(failureOf(fault, { ...where, source: "platform" }).message).toContain("have the operator renew OPENAI_API_KEY");
    expect(failureOf(fault, { ...where, provider: "anthropic", kind: "anthropic", source: "platform" }).message).toContain(
      "ANTHROPIC_API_KEY",
    );
  });

  it("tells throttling from an empty account", () => {
    const throttled = new WireFault({ kind: "http", status: 429, type: "rate_limit_error", retryAfterMs: 4_000 });
    expect(failureOf(throttled, where)).toMatchObject({ code: "rate_limited", retryable: true, retryAfterMs: 4_000 });
    const empty = new WireFault({
      kind: "http",
      status: 400,
      type: "invalid_request_error",
      detail: "Your credit balance is too low",
      retryAfterMs: 4_000,
    });
    expect(failureOf(empty, where)).toMatchObject({ code: "quota_exceeded", retryable: false, retryAfterMs: null });
  });

  it.each([
    ["This model's maximum context length is 128000 tokens", "context_too_long"],
    ["prompt is too long: 210000 tokens > 200000 maximum", "context_too_long"],
    ["The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", "context_too_long"],
    ["API key not valid. Please pass a valid API key.", "invalid_key"],
    ["Incorrect API key provided: xa***1f. You can obtain an API key from https://console.x.ai.", "invalid_key"],
    ["tools.0.name: String should match pattern", "bad_request"],
  ])("400 with %j is %s", (detail, code) => {
    expect(failureOf(new WireFault({ kind: "http", status: 400, detail }), where).code).toBe(code);
  });

  it("takes a limit of tokens a minute for no context that is too long", () => {
    const detail = "This request would exceed your organization's rate limit of 40,000 input tokens per minute";
    expect(failureOf(new WireFault({ kind: "http", status: 429, detail }), where).code).toBe("rate_limited");
    expect(failureOf(new WireFault({ kind: "stream-error", type: "rate_limit_error", detail }), where).code).toBe("rate_limited");
  });

  it("knows only what may pass by itself as retryable", () => {
    const retryable = [408, 409, 429, 500, 502, 503, 504, 529].map(
      (status) => failureOf(new WireFault({ kind: "http", status }), where).retryable,
    );
    expect(retryable).not.toContain(false);
    const final = [400, 401, 402, 403, 404, 413, 422].map((status) => failureOf(new WireFault({ kind: "http", status }), where).retryable);
    expect(final).not.toContain(true);
    expect(failureOf(new WireFault({ kind: "aborted" }), where).retryable).toBe(false);
  });
});

describe("retryAfterMs", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  it.each([
    [{ "retry-after": "3" }, 3_000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT" }, 9_000],
    [{ "retry-after": "Thu, 01 Jan 2015 00:00:00 GMT" }, 0],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after": "soon" }, null],
    [{}, null],
  ])("%o is %s", (headers, expected) => expect(retryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(expected));
});
