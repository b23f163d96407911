import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { platform } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { DriverProbe } from "../driver.ts";
import { identityOf } from "../identity.ts";

const run = promisify(execFile);

/** Programs are looked for here and not on the worker's PATH, which a project's tools may have changed. */
const hostPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** All that a program of the host is given when we start it. */
export const hostEnvironment = { PATH: hostPath, NODE_ENV: "production" } as const;

/** How bubblewrap can be used on this machine. */
export interface Ability {
  readonly bubblewrap: string;
  readonly version: string;
  /** commands get namespaces of their own below the agent's */
  readonly nests: boolean;
  /** as root: each sandbox has a user of its own */
  readonly ownUsers: boolean;
}

const view = [
  "--unshare-all",
  "--uid",
  "1000",
  "--gid",
  "1000",
  "--ro-bind",
  "/",
  "/",
  "--proc",
  "/proc",
  "--dev",
  "/dev",
  "--cap-drop",
  "ALL",
];
const nestedView = ["--unshare-user", "--unshare-pid", "--disable-userns", "--dev-bind", "/", "/", "--proc", "/proc", "--tmpfs", "/tmp"];

/** Finds out by really starting one, with and without a second one inside. A string says why it doesn't work. */
export async function findAbility(): Promise<Ability | string> {
  if (platform() !== "linux") return "bubblewrap needs Linux";
  const bubblewrap = await findProgram("bwrap");
  if (!bubblewrap) return "bubblewrap (bwrap) is not installed";
  const version = (await run(bubblewrap, ["--version"])).stdout.trim().replace(/^bubblewrap /, "");
  const asRoot = identityOf("probe");
  const dropped =
    asRoot.kind === "own" ? ["setpriv", "--reuid", String(asRoot.uid), "--regid", String(asRoot.uid), "--clear-groups", "--"] : [];
  const attempts = [
    { prefix: dropped, nested: true },
    { prefix: dropped, nested: false },
    ...(dropped.length > 0 ? [{ prefix: [], nested: false }] : []),
  ];
  let reason = "";
  for (const { prefix, nested } of attempts) {
    const command = [...prefix, bubblewrap, ...view, ...(nested ? ["--", bubblewrap, ...nestedView] : []), "--", "true"];
    const failure = await run("/usr/bin/env", command, { timeout: 10_000, env: hostEnvironment, cwd: "/" }).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (failure === null) return { bubblewrap, version, nests: nested, ownUsers: prefix.length > 0 };
    reason = failure.split("\n").filter(Boolean).at(-1) ?? failure;
  }
  return `bubblewrap is installed but doesn't work here: ${reason.slice(0, 300)}`;
}

export function probeOf(ability: Ability | string): DriverProbe {
  if (typeof ability !== "string") return { ok: true, version: ability.version };
  const install = ability.includes("not installed")
    ? "Install bubblewrap: apt-get install -y bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora), pacman -S bubblewrap (Arch)."
    : "Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, or on Ubuntu 24.04 kernel.apparmor_restrict_unprivileged_userns=0), or use Docker.";
  return { ok: false, reason: ability, install };
}

async function findProgram(name: string): Promise<string | null> {
  for (const directory of hostPath.split(delimiter)) {
    const file = join(directory, name);
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return null;
}
