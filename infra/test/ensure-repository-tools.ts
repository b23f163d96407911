import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

const needed: readonly { readonly tool: string; readonly places: readonly string[]; readonly aptPackage: string }[] = [
  { tool: "sshd", places: ["/usr/sbin/sshd", "/usr/local/sbin/sshd"], aptPackage: "openssh-server" },
  { tool: "ssh", places: ["/usr/bin/ssh", "/usr/local/bin/ssh"], aptPackage: "openssh-client" },
  { tool: "zip", places: ["/usr/bin/zip", "/usr/local/bin/zip"], aptPackage: "zip" },
];

const missing = () => needed.filter(({ places }) => !places.some((place) => existsSync(place)));
const policy = "/usr/sbin/policy-rc.d";

/** Finds what the tests of repositories use besides git, or gets it; answers what is missing, if so: those tests are skipped. */
export async function ensureRepositoryTools(say: (line: string) => void): Promise<string | null> {
  if (missing().length === 0) return null;
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  if (process.getuid?.() === 0 && /^ID=debian/m.test(release)) {
    try {
      const packages = missing().map(({ aptPackage }) => aptPackage);
      say(`installing ${packages.join(", ")} by apt`);
      await install(packages);
    } catch (error) {
      return whatIsMissing(error instanceof Error ? error.message : String(error));
    }
  }
  return missing().length === 0 ? null : whatIsMissing();
}

/** A package that brings a daemon starts it, unless this file says no: the tests start one of their own. */
async function install(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const isOurs = !existsSync(policy);
  if (isOurs) await writeFile(policy, "#!/bin/sh\nexit 101\n");
  try {
    if (isOurs) await chmod(policy, 0o755);
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env, maxBuffer: 64 * 1024 * 1024 });
  } finally {
    if (isOurs) await rm(policy, { force: true });
  }
}

function whatIsMissing(reason?: string): string {
  const names = missing().map(({ tool }) => tool);
  return `${names.join(", ")} ${names.length === 1 ? "is" : "are"} missing: the tests that need ${names.length === 1 ? "it" : "them"} are skipped${reason ? ` (${reason})` : ""}.`;
}
