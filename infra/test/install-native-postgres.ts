import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findNativePostgres } from "./find-native-postgres.ts";

const execute = promisify(execFile);

/** Runs a program; what it printed is only shown when it failed. */
async function run(program: string, args: readonly string[], cwd = "/"): Promise<void> {
  try {
    await execute(program, args, { cwd, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  } catch (error) {
    const output = error instanceof Error && "stderr" in error ? String(error.stderr).slice(-2000) : String(error);
    throw new Error(`${program} ${args.join(" ")} failed:\n${output}`, { cause: error });
  }
}

async function hasPackage(name: string): Promise<boolean> {
  const { stdout } = await execute("apt-cache", ["policy", name]).catch(() => ({ stdout: "" }));
  return /Candidate: (?!\(none\))/.test(stdout);
}

/** pgvector from a newer Debian's sources, for a release that has Postgres but no pgvector package. */
async function buildPgvector(version: string): Promise<void> {
  const list = "/etc/apt/sources.list.d/opencode-pgvector-source.list";
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  await writeFile(list, `deb-src [signed-by=${keyring}] http://deb.debian.org/debian trixie main\n`);
  const directory = await mkdtemp(join(tmpdir(), "opencode-pgvector-"));
  try {
    await run("apt-get", ["update", "-qq"]);
    await run("apt-get", [
      "install",
      "-y",
      "-qq",
      "--no-install-recommends",
      `postgresql-server-dev-${version}`,
      "dpkg-dev",
      "make",
      "gcc",
    ]);
    // Unpacked by tar: apt's own sandbox user can't write where root downloads to.
    await run("apt-get", ["source", "--download-only", "-qq", "pgvector"], directory);
    const archive = (await readdir(directory)).find((name) => name.includes(".orig.tar"));
    if (!archive) throw new Error("apt-get source pgvector left no archive");
    await run("tar", ["xf", archive, "--strip-components=1"], directory);
    const config = `PG_CONFIG=/usr/lib/postgresql/${version}/bin/pg_config`;
    await run("make", ["-s", "OPTFLAGS=", config], directory);
    await run("make", ["-s", "install", config], directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
    await rm(list, { force: true });
  }
}

async function installOnDebian(): Promise<void> {
  await run("apt-get", ["update", "-qq"]);
  let version = (await readdir("/usr/lib/postgresql").catch(() => [])).sort((a, b) => Number(b) - Number(a))[0];
  if (version === undefined) {
    // The package would create and start a cluster; the tests make their own.
    if (!existsSync("/etc/postgresql-common/createcluster.conf")) {
      await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "postgresql-common"]);
    }
    await run("sed", ["-i", "s/^#\\?create_main_cluster.*/create_main_cluster = false/", "/etc/postgresql-common/createcluster.conf"]);
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "postgresql"]);
    version = (await readdir("/usr/lib/postgresql")).sort((a, b) => Number(b) - Number(a))[0];
  }
  if (version === undefined) throw new Error("apt installed no Postgres");
  const packaged = `postgresql-${version}-pgvector`;
  if (await hasPackage(packaged)) await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", packaged]);
  else await buildPgvector(version);
}

/** Finds a native Postgres with pgvector, or installs it where this is root on Debian or Ubuntu (about a minute, once). */
export async function ensureNativePostgres(say: (line: string) => void): Promise<{ ok: true } | { ok: false; problem: string }> {
  const found = await findNativePostgres();
  if (found.ok) return { ok: true };
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (process.getuid?.() !== 0 || !/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release)) return found;
  say("installing Postgres and pgvector for the tests (about a minute, once)");
  try {
    await installOnDebian();
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
  const now = await findNativePostgres();
  return now.ok ? { ok: true } : now;
}
