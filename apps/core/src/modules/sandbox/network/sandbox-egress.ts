import type { WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { BlockedHost } from "../contract.ts";
import type { SandboxPlace } from "../driver.ts";
import { getSandboxPolicy } from "../settings/sandbox-policy.ts";
import type { checkedConnector } from "./checked-connect.ts";
import { egressProxy } from "./egress-proxy.ts";
import { listenForSandbox } from "./egress-socket.ts";
import { type NetworkRules, networkRules, type RepositoryNetwork } from "./network-rules.ts";

export interface BlockedCount extends BlockedHost {
  readonly count: number;
}

/** A sandbox's way to the network, for as long as this process has the sandbox open. */
export interface SandboxEgress {
  /** what holds now: a changed policy within seconds */
  rules(): Promise<NetworkRules>;
  /** What was refused to this call so far; it is forgotten here. */
  takeBlocked(callId: string): readonly BlockedCount[];
  /** What was refused to everything but the calls that are still asked for. */
  takeOthers(running: ReadonlySet<string>): readonly BlockedCount[];
  close(): void;
}

const policyAgeMs = 1_000;
const maxHostsPerCall = 50;

export async function openEgress(input: {
  place: SandboxPlace;
  secret: string;
  workspaceId: WorkspaceId;
  /** what the repository narrows it to; asked each time, since setup is not narrowed */
  repository: () => RepositoryNetwork;
  connect: ReturnType<typeof checkedConnector>;
  listen?: typeof listenForSandbox | undefined;
}): Promise<SandboxEgress> {
  let known: { at: number; policy: ReturnType<typeof getSandboxPolicy> } | null = null;
  const rules = async () => {
    if (!known || performance.now() - known.at > policyAgeMs) {
      known = { at: performance.now(), policy: getSandboxPolicy(input.workspaceId) };
      known.policy.catch(() => {
        known = null;
      });
    }
    return networkRules(await known.policy, input.repository());
  };
  const calls = new Map<string, Map<string, BlockedCount>>();
  const proxy = egressProxy({
    rules,
    connect: input.connect,
    limits: limits.sandboxEgress,
    onBlocked: ({ callId, host, port, reason }) => {
      const hosts = calls.get(callId) ?? new Map<string, BlockedCount>();
      calls.set(callId, hosts);
      const key = `${host}:${port}`;
      if (hosts.size < maxHostsPerCall || hosts.has(key)) hosts.set(key, { host, port, reason, count: (hosts.get(key)?.count ?? 0) + 1 });
    },
  });
  const listening = await (input.listen ?? listenForSandbox)(input.place, input.secret, proxy);
  const takeBlocked = (callId: string) => {
    const hosts = [...(calls.get(callId)?.values() ?? [])];
    calls.delete(callId);
    return hosts;
  };
  return {
    rules,
    takeBlocked,
    takeOthers: (running) => [...calls.keys()].filter((callId) => !running.has(callId)).flatMap(takeBlocked),
    close: () => listening.close(),
  };
}
