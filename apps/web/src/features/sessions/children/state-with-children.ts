import type { SessionState } from "@opencode/core/modules/sessions/contract.ts";

/** How a session stands for whoever looks at it: one that runs waits too while a sub-agent of it asks something. */
export function stateWithChildren(state: SessionState, children: readonly { requests: readonly unknown[] }[]): SessionState {
  return state === "running" && children.some(({ requests }) => requests.length > 0) ? "waiting" : state;
}
