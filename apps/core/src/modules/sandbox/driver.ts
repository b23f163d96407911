import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { ExecAccess, SandboxDriverName } from "./contract.ts";
import type { EgressProxy } from "./network/egress-proxy.ts";

/** Where one sandbox stands on this machine. The workspace is kept when its processes go. */
export interface SandboxPlace {
  readonly sandboxId: string;
  /** `<data>/sandboxes/<id>`: holds everything below and nothing else */
  readonly root: string;
  /** bound to /workspace */
  readonly workspace: string;
  /** the agent's socket and journal; commands don't see it where the driver can hide it */
  readonly control: string;
  /** bound to /outputs: outputs that were too long to be shown */
  readonly outputs: string;
  /** bound to the home directory: what setup and package managers keep there is kept with the workspace */
  readonly home: string;
  /** bound to /opt/opencode/egress, for reading: the sockets of the network's proxy; commands don't see it where the driver can hide it */
  readonly egress: string;
  /** host only: the id from which user and control group were taken, where it is not the sandbox's own (it was started ahead) */
  readonly seed: string;
  /** host only: stands there while the workspace is a directory that is not filled yet */
  readonly unfilled: string;
  /** host only: secret, process, driver */
  readonly record: string;
}

export type DriverProbe =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly reason: string; readonly install: string };

export interface SandboxLimits {
  readonly memoryBytes: number;
  readonly processes: number;
  readonly cpus: number;
  readonly diskBytes: number;
  readonly inodes: number;
  readonly fileMaxBytes: number;
  readonly tmpBytes: number;
  readonly outputMaxBytes: number;
  readonly outputFileMaxBytes: number;
  readonly idleMs: number;
  readonly killGraceMs: number;
  readonly startTimeoutMs: number;
}

/** What one sandbox has otherwise than the driver's other ones. */
export interface StartOptions {
  readonly limits?: SandboxLimits;
  /** the repository's, for drivers that have images */
  readonly image?: string | null;
  /** "none": nothing outside may ever be reached, for drivers that can hold that from outside, too */
  readonly network?: "none" | "proxy";
}

/** A way to run the sandbox-agent apart from the host. All of it can be called again after a crash of the worker. */
export interface SandboxDriver {
  readonly name: SandboxDriverName;
  /** Whether it works here, found out by running one. */
  probe(): Promise<DriverProbe>;
  /** Makes directories that the worker has filled usable inside (owner), where the agent runs already. */
  adopt(place: SandboxPlace): Promise<void>;
  /** Starts the agent over the place's directories, which it makes usable inside, detached from this process; resolves when it answers. Throws when it doesn't. */
  start(place: SandboxPlace, secret: string, options?: StartOptions): Promise<void>;
  /** A stream to the running agent, or null when nothing runs there. */
  connect(place: SandboxPlace): Promise<Duplex | null>;
  /**
   * Where all commands share one view: the place of an agent over the same workspace that is held to this access as a whole,
   * started when none answers. Left out where each command is held by itself.
   */
  hold?(place: SandboxPlace, access: ExecAccess): Promise<SandboxPlace>;
  /** How the sandbox reaches its proxy, where that is not by a socket in `place.egress` (egress-socket.ts). */
  listen?(place: SandboxPlace, secret: string, proxy: EgressProxy): Promise<{ close(): void }>;
  /** Ends every process of the sandbox and what the machine holds for it (control groups, containers). The directories stay. */
  stop(place: SandboxPlace): Promise<void>;
}

export const companionKinds = ["reading", "offline", "reading-offline"] as const;
type CompanionKind = (typeof companionKinds)[number];

/** Which companion holds a command to this access; null: it may do what every command may. */
export function companionKind(access: ExecAccess | undefined): CompanionKind | null {
  if (access?.workspace !== "read-only") return access?.network === "none" ? "offline" : null;
  return access.network === "none" ? "reading-offline" : "reading";
}

/** Where a sandbox's companion stands: below the sandbox's own root, with its workspace, home and outputs. */
export function companionPlace(place: SandboxPlace, kind: CompanionKind): SandboxPlace {
  const root = join(place.root, `held-${kind}`);
  return {
    ...place,
    sandboxId: `${place.sandboxId}.${kind}`,
    root,
    control: join(root, "control"),
    record: join(root, "runtime.json"),
  };
}

/** How the places look from inside, for every driver. */
export const inside = {
  workspace: "/workspace",
  control: "/control",
  outputs: "/outputs",
  program: "/opt/opencode/agent",
  node: "/opt/opencode/bin/node",
  home: "/home/agent",
  egress: "/opt/opencode/egress",
  /** our npm last: a machine's or an image's own comes first */
  path: "/opt/opencode/bin:/usr/local/bin:/usr/bin:/bin:/opt/opencode/agent/bin",
} as const;
