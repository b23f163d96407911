import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export type NativePostgresFound =
  /** `account`: initdb and postgres refuse to run as root; this is who they run as then. */
  | { readonly ok: true; readonly binaries: string; readonly account: { uid: number; gid: number } | undefined }
  | { readonly ok: false; readonly problem: string };

async function binaryDirectories(): Promise<string[]> {
  const debian = await readdir("/usr/lib/postgresql").catch(() => []);
  const newestFirst = debian.sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`);
  const onPath = (process.env.PATH ?? "").split(":");
  return [...newestFirst, ...onPath].filter((directory) => existsSync(join(directory, "initdb")));
}

async function hasPgvector(binaries: string): Promise<boolean> {
  const configs = [join(binaries, "pg_config"), "pg_config"];
  for (const config of configs) {
    try {
      const { stdout } = await run(config, ["--sharedir"]);
      if (existsSync(join(stdout.trim(), "extension/vector.control"))) return true;
    } catch {
      // This pg_config is not there or not for this server; the next one may be.
    }
  }
  const version = /postgresql\/(\d+)\/bin$/.exec(binaries)?.[1];
  return version !== undefined && existsSync(`/usr/share/postgresql/${version}/extension/vector.control`);
}

async function accountForRoot(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout.trim());
  return { uid: await id("-u"), gid: await id("-g") };
}

/** Looks for a Postgres >= 15 with pgvector on this machine; does not install anything. */
export async function findNativePostgres(): Promise<NativePostgresFound> {
  for (const binaries of await binaryDirectories()) {
    const { stdout } = await run(join(binaries, "postgres"), ["--version"]).catch(() => ({ stdout: "" }));
    const major = Number(/(\d+)/.exec(stdout)?.[1] ?? 0);
    if (major >= 15 && (await hasPgvector(binaries))) return { ok: true, binaries, account: await accountForRoot() };
  }
  return { ok: false, problem: "No Postgres >= 15 with pgvector was found. Install postgresql and its pgvector package." };
}
