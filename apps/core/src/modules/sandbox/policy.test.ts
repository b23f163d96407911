import { describe, expect, it } from "vitest";
import { sandboxStates } from "./contract.ts";
import { planOpening, planReaping, statesBefore } from "./policy.ts";

const now = new Date("2026-01-01T12:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);

describe("the life of a sandbox", () => {
  it("begins at requested and can reach every state", () => {
    const reached = new Set<string>(["requested"]);
    for (let size = 0; size !== reached.size; ) {
      size = reached.size;
      for (const state of sandboxStates) if (statesBefore(state).some((before) => reached.has(before))) reached.add(state);
    }
    expect([...reached].sort()).toEqual([...sandboxStates].sort());
  });

  it("stops and removes only under the lease", () => {
    expect(statesBefore("destroyed")).toEqual(["creating"]);
    expect(statesBefore("hibernated")).toEqual(["creating"]);
    expect(statesBefore("requested")).toEqual(["destroyed"]);
  });
});

describe("planOpening", () => {
  it.each([
    ["ready", null, "attach"],
    ["busy", null, "attach"],
    ["resumed", null, "attach"],
    ["requested", null, "create"],
    ["failed", null, "create"],
    ["hibernated", null, "create"],
    ["destroyed", null, "create"],
    ["creating", ago(1_000), "wait"],
    ["setup", ago(29_999), "wait"],
    ["creating", ago(30_001), "create"],
    ["creating", null, "create"],
    ["creating", ago(-3_600_000), "create"], // a clock that jumped back must not block for an hour
  ] as const)("%s with a heartbeat at %s: %s", (state, heartbeatAt, plan) => {
    const lease = { creatingStaleMs: 30_000, isDead: () => false };
    expect(planOpening({ state, heartbeatAt, handle: { holder: null } }, now, lease)).toBe(plan);
  });

  it.each(["creating", "setup"] as const)("%s of a process that is known to be dead is not waited for", (state) => {
    const lease = { creatingStaleMs: 30_000, isDead: (holder: string | null) => holder === "dead" };
    const plan = (holder: string) => planOpening({ state, heartbeatAt: now, handle: { holder } }, now, lease);
    expect([plan("dead"), plan("alive")]).toEqual(["create", "wait"]);
  });
});

describe("planReaping", () => {
  const limits = { idleMs: 1_000, retentionMs: 1e6, creatingStaleMs: 100 };
  it.each([
    ["ready", ago(1_001), "hibernate"],
    ["busy", ago(1_001), "hibernate"],
    ["ready", ago(999), "keep"],
    ["ready", ago(-5_000), "keep"],
    ["hibernated", ago(1e5), "keep"],
    ["hibernated", ago(1e9), "destroy"],
    ["failed", ago(1e9), "destroy"],
    ["hibernated", null, "keep"],
    ["destroyed", ago(1e9), "keep"],
    ["creating", ago(999), "keep"],
    ["creating", ago(1_001), "fail"],
  ] as const)("%s, last heard of at %s: %s", (state, time, plan) => {
    expect(planReaping({ state, heartbeatAt: time, lastUsedAt: time }, now, limits)).toBe(plan);
  });
});
