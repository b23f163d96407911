import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readHealth } from "../../infra/local/health.ts";
import { root } from "../../infra/local/settings.ts";
import { startTestProduct } from "../harness/start-product.ts";

/** Runs `npm start`'s command and waits for its end; answers its exit code and what it said. */
function startAndWait(env: Record<string, string>): { code: number | null; output: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "infra/local/commands/start.ts")], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status, output: stderr };
}

async function untilTrue(what: string, condition: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("npm start on one machine", () => {
  let dataDirectory: string;
  beforeAll(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), "opencode-single-"));
  });
  afterAll(() => rm(dataDirectory, { recursive: true, force: true }));

  test("first start: the agent's first task is reported; a second start on the same data is refused; Ctrl-C stops within 5 s", async () => {
    const product = await startTestProduct({ dataDirectory });
    try {
      await product.untilSaid(/files changed: [1-9]/, 60_000);
      expect(product.output()).toMatch(/tests: \d+ passed, [1-9]\d* failed → \d+ passed, 0 failed/);
      const second = startAndWait({ DATA_DIR: dataDirectory });
      expect(second.code).toBe(1);
      expect(second.output).toContain("already runs");
      expect(second.output).toContain(product.url);
    } finally {
      expect(await product.stop()).toBeLessThan(5_000);
    }
    expect(await readHealth(product.url)).toBeNull();
  });

  test("a killed child is named and started again", async () => {
    const product = await startTestProduct({ dataDirectory });
    try {
      for (const name of ["worker", "engine", "web", "database"]) {
        const pid = product.running.pids[name];
        expect(pid, name).toBeTypeOf("number");
        if (typeof pid === "number") process.kill(pid, "SIGKILL");
        await product.untilSaid(new RegExp(`${name} was ended by SIGKILL`), 5_000);
        await untilTrue(`health after ${name} was killed`, async () => (await readHealth(product.url))?.status === "up", 30_000);
      }
    } finally {
      await product.stop();
    }
  });

  test("kill -9 of the supervisor leaves nobody behind, and the next start works on the same data", async () => {
    const product = await startTestProduct({ dataDirectory });
    await product.kill();
    const isGone = (pid: number) => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    const pids = Object.values(product.running.pids).filter((pid) => pid !== null);
    await untilTrue("the end of all children", async () => pids.every(isGone), 6_000);
    const again = await startTestProduct({ dataDirectory });
    expect((await readHealth(again.url))?.status).toBe("up");
    await again.stop();
  });

  test.each([
    ["SECRETS_KEY", "tooshort", /SECRETS_KEY: must be 64 hexadecimal digits.*Example: SECRETS_KEY=[0-9a-f]{64}/],
    ["DATABASE_URL", "mysql://localhost/x", /DATABASE_URL: must begin with postgresql:\/\/.*Example: DATABASE_URL=postgresql:/],
    ["SANDBOX_DRIVER", "none", /SANDBOX_DRIVER: .*Example: SANDBOX_DRIVER=auto/],
  ])("a malformed %s is named, explained, shown right, and ends the start", async (name, value, said) => {
    const { code, output } = startAndWait({ DATA_DIR: join(dataDirectory, "malformed"), [name]: value });
    expect(code).toBe(1);
    expect(output).toMatch(said);
  });
});
