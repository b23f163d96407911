import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { migrate } from "@opencode/prisma/migrate.ts";
import { Client } from "pg";
import { freePort } from "../../infra/local/free-port.ts";
import { findNativePostgres } from "../../infra/test/find-native-postgres.ts";

const run = promisify(execFile);

export interface NativePostgres {
  /** URL of the migrated template; connect to `postgres` on the same server to clone it. */
  readonly templateUrl: string;
  stop(): Promise<void>;
}

async function untilItAccepts(url: string, deadlineMs: number): Promise<void> {
  for (;;) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/**
 * A Postgres server of its own in a temporary directory, with durability off, and in it the template that tests are
 * cloned from. Its owner is no superuser, as on a managed server: superusers are beyond row-level security.
 */
export async function startNativePostgres(): Promise<NativePostgres> {
  const found = await findNativePostgres();
  if (!found.ok) throw new Error(found.problem);
  const directory = await mkdtemp(join(tmpdir(), "opencode-postgres-"));
  const account = found.account;
  if (account) await chown(directory, account.uid, account.gid);
  const identity = account ?? {};
  const data = join(directory, "data");
  await run(join(found.binaries, "initdb"), ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"], {
    ...identity,
    cwd: directory,
  });
  const port = await freePort();
  const settings = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    `unix_socket_directories=${directory}`,
  ];
  const server = spawn(
    join(found.binaries, "postgres"),
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", ...settings.flatMap((setting) => ["-c", setting])],
    { ...identity, cwd: directory, stdio: "ignore" },
  );
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      const exited = once(server, "exit");
      server.kill("SIGINT");
      await exited;
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const admin = `postgresql://postgres@127.0.0.1:${port}`;
    await untilItAccepts(`${admin}/postgres`, performance.now() + 20_000);
    const templateUrl = `postgresql://opencode@127.0.0.1:${port}/opencode_template`;
    await createTemplate(admin);
    await migrate(templateUrl);
    return { templateUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createTemplate(admin: string): Promise<void> {
  const client = new Client({ connectionString: `${admin}/postgres` });
  await client.connect();
  await client.query("CREATE ROLE opencode LOGIN CREATEDB CREATEROLE");
  await client.query("CREATE DATABASE opencode_template OWNER opencode");
  await client.end();
  const inTemplate = new Client({ connectionString: `${admin}/opencode_template` });
  await inTemplate.connect();
  await inTemplate.query("CREATE EXTENSION vector");
  await inTemplate.end();
}
