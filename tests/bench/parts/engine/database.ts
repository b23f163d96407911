import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "pg";
import { freePort } from "../../../../infra/local/free-port.ts";
import { startChild } from "../../../integration/engine/harness/child-process.ts";

const run = promisify(execFile);
const pgliteScript = join(import.meta.dirname, "../../../integration/engine/harness/pglite-process.ts");

export interface BenchDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/** A PGlite in a process and a directory of its own, as `npm start` has it. */
export async function startPglite(): Promise<BenchDatabase> {
  const directory = await mkdtemp(join(tmpdir(), "engine-bench-pglite-"));
  const child = await startChild(pgliteScript, { args: [join(directory, "data")], ready: /port (\d+)/ });
  return {
    url: `postgresql://postgres@127.0.0.1:${child.said}/postgres`,
    stop: async () => {
      await child.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A Postgres server with its default durability (every commit is on the disk); null when none is installed. */
export async function startPostgres(): Promise<BenchDatabase | null> {
  const versions = await readdir("/usr/lib/postgresql").catch(() => []);
  const newest = versions.map(Number).sort((a, b) => b - a)[0];
  if (newest === undefined) return null;
  const binaries = `/usr/lib/postgresql/${newest}/bin`;
  const directory = await mkdtemp(join(tmpdir(), "engine-bench-postgres-"));
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout.trim());
  const account = process.getuid?.() === 0 ? { uid: await id("-u"), gid: await id("-g") } : undefined;
  if (account) await chown(directory, account.uid, account.gid);
  const data = join(directory, "data");
  await run(join(binaries, "initdb"), ["-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"], {
    ...(account ?? {}),
    cwd: directory,
  });
  const port = await freePort();
  const server = spawn(
    join(binaries, "postgres"),
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-c", `unix_socket_directories=${directory}`],
    {
      ...(account ?? {}),
      cwd: directory,
      stdio: "ignore",
    },
  );
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  await untilItAccepts(url);
  return {
    url,
    stop: async () => {
      const exited = once(server, "exit");
      server.kill("SIGINT");
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function untilItAccepts(url: string): Promise<void> {
  for (;;) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return await client.end();
    } catch {
      await sleep(50);
    }
  }
}
