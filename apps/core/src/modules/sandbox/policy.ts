import type { SandboxState } from "./contract.ts";

/**
 * From which states each state may be entered. `creating` is the lease: whoever has entered it may start, stop and remove
 * what belongs to the sandbox, all others wait. A destroyed sandbox begins again at `requested`.
 */
const entered: Record<SandboxState, readonly SandboxState[]> = {
  requested: ["destroyed"],
  creating: ["requested", "failed", "hibernated", "ready", "busy", "resumed", "creating", "setup"],
  setup: ["creating"],
  ready: ["creating", "setup", "resumed", "busy"],
  busy: ["ready", "resumed"],
  // by way of `creating`, which keeps everybody else away while the processes are dropped
  hibernated: ["creating"],
  resumed: ["creating"],
  destroyed: ["creating"],
  failed: ["requested", "creating", "setup", "ready", "busy", "hibernated", "resumed"],
};

export function statesBefore(state: SandboxState): readonly SandboxState[] {
  return entered[state];
}

/** States in which processes may be running. */
export const livingStates = ["ready", "busy", "resumed"] as const satisfies readonly SandboxState[];

export function isLiving(state: SandboxState): boolean {
  return livingStates.some((living) => living === state);
}

/** States that somebody holds, all by himself, for as long as his heartbeat is fresh. */
export function isLease(state: SandboxState): boolean {
  return state === "creating" || state === "setup";
}

/** What opening a session's sandbox has to do first. */
export type OpeningPlan = "create" | "attach" | "wait";

/**
 * `wait`: another worker is at it and its heartbeat is fresh, unless its process is known to be dead. A living one is attached to (and restarted where its agent is
 * gone); everything else is created, which keeps a workspace that is there.
 */
export function planOpening(
  row: { state: SandboxState; heartbeatAt: Date | null; handle: { holder: string | null } },
  now: Date,
  { creatingStaleMs, isDead }: { creatingStaleMs: number; isDead: (holder: string | null) => boolean },
): OpeningPlan {
  if (isLiving(row.state)) return "attach";
  if (!isLease(row.state) || isDead(row.handle.holder)) return "create";
  const age = row.heartbeatAt ? now.getTime() - row.heartbeatAt.getTime() : Number.POSITIVE_INFINITY;
  return Math.abs(age) < creatingStaleMs ? "wait" : "create";
}

/** What the reaper does with a sandbox: nothing, drop its processes, remove it with its workspace, or give up on its creation. */
export function planReaping(
  row: { state: SandboxState; heartbeatAt: Date | null; lastUsedAt: Date | null },
  now: Date,
  limits: { idleMs: number; retentionMs: number; creatingStaleMs: number },
): "keep" | "hibernate" | "destroy" | "fail" {
  const since = (time: Date | null) => (time ? now.getTime() - time.getTime() : Number.POSITIVE_INFINITY);
  if (isLiving(row.state)) return since(row.lastUsedAt) > limits.idleMs ? "hibernate" : "keep";
  if (isLease(row.state)) return since(row.heartbeatAt) > limits.creatingStaleMs * 10 ? "fail" : "keep";
  const isAtRest = row.state === "hibernated" || row.state === "failed";
  // What was never used has no time from which to count.
  return isAtRest && row.lastUsedAt && since(row.lastUsedAt) > limits.retentionMs ? "destroy" : "keep";
}
