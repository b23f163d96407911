import { execFile } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { say } from "./say.ts";

const run = promisify(execFile);
const packageOf = { bwrap: "bubblewrap", rg: "ripgrep", git: "git" } as const;

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(":").some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function isDebian(): boolean {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

/** bubblewrap, ripgrep and git: installed where this is root on Debian or Ubuntu, asked for in one command elsewhere. */
export async function ensureSandboxTools(): Promise<void> {
  if (process.platform !== "linux") return;
  const missing = Object.entries(packageOf).filter(([program]) => !isOnPath(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  if (isDebian() && process.getuid?.() === 0) {
    say.step(`installing ${packages.join(", ")} for the sandbox`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    try {
      await run("apt-get", ["update", "-qq"], { env });
      await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
      return;
    } catch {
      say.warn(`apt could not install ${packages.join(", ")}`);
    }
  }
  const command = isDebian() ? `sudo apt-get install -y ${packages.join(" ")}` : `install ${packages.join(", ")} with your package manager`;
  say.warn(`The sandbox needs ${packages.join(", ")}; without it the agent does not run (or only in Docker): ${command}`);
}
