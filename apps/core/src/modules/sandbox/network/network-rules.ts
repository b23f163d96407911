import { isIP } from "node:net";
import type { NetworkMode } from "../contract.ts";
import { registries } from "./registries.ts";

/** What a sandbox may reach: with "allowlist" the hosts that one pattern of each list names. */
export interface NetworkRules {
  readonly mode: NetworkMode;
  /** a host has to be in every one of them */
  readonly hosts: readonly (readonly string[])[];
}

/** What a repository asks for; it can only take away. */
export type RepositoryNetwork = NetworkMode | readonly string[] | undefined;

const order: readonly NetworkMode[] = ["none", "allowlist", "full"];

export function networkRules(
  policy: { network: NetworkMode; extraHosts: readonly string[] },
  repository?: RepositoryNetwork,
): NetworkRules {
  const workspace = policy.network === "allowlist" ? [[...registries.map(({ host }) => host), ...policy.extraHosts]] : [];
  if (repository === undefined) return { mode: policy.network, hosts: workspace };
  if (typeof repository !== "string") {
    if (policy.network === "none") return { mode: "none", hosts: [] };
    return { mode: "allowlist", hosts: [...workspace, repository.map((host) => host.trim().toLowerCase())] };
  }
  const mode = order.indexOf(repository) < order.indexOf(policy.network) ? repository : policy.network;
  // A repository that wants the list where the workspace allows all: the registries and what the workspace named.
  if (mode === "allowlist" && workspace.length === 0) return networkRules({ ...policy, network: "allowlist" });
  return { mode, hosts: mode === "allowlist" ? workspace : [] };
}

/** The hosts that pass, for people to read. */
export function shownHosts(rules: NetworkRules): string[] {
  const [first = [], ...others] = rules.hosts;
  return first.filter((host) => others.every((list) => list.some((pattern) => matches(pattern, host) || pattern === host)));
}

export interface Target {
  /** lower case, without a final dot; an IPv6 address without its brackets */
  readonly host: string;
  readonly port: number;
}

/** Reads "host:port" of a CONNECT, or of a URL. null: not one, or one that two programs would read differently. */
export function parseTarget(authority: string, defaultPort?: number): Target | null {
  const found = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,254})(?::(\d{1,5}))?$/i.exec(authority);
  const port = found?.[2] === undefined ? defaultPort : Number(found[2]);
  if (!found?.[1] || port === undefined || port < 1 || port > 65_535) return null;
  const literal = found[1].startsWith("[");
  const host = found[1]
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/(?<=.)\.$/, "");
  if (literal !== (isIP(host) === 6)) return null;
  // 0x7f.1, 127.1, 2130706433: an address to some, a name to others
  if (isIP(host) === 0 && /(^|\.)(0x[0-9a-f]*|\d+)$/.test(host)) return null;
  if (host.split(".").some((label) => label === "" && isIP(host) === 0)) return null;
  return { host, port };
}

const ports = new Set([80, 443]);

/** Why this target is refused, in words for the command's output; null when it may be tried (its addresses are still looked at). */
export function refusalOf(target: Target, rules: NetworkRules): string | null {
  if (rules.mode === "none") return "this sandbox has no network";
  if (!ports.has(target.port)) return `port ${target.port} is not open (80 and 443 are)`;
  if (rules.mode === "full") return null;
  if (isIP(target.host) !== 0) return "addresses can't be reached by number, only allowed hosts by name";
  const allowed = rules.hosts.every((list) => list.some((pattern) => matches(pattern, target.host)));
  return allowed ? null : "the host is not on the workspace's list";
}

function matches(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : pattern === host;
}
