import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAgent } from "@opencode/core/modules/sandbox/agent/connect-agent.ts";
import { remoteSandbox } from "@opencode/core/modules/sandbox/agent/remote-sandbox.ts";
import { companionsOf } from "@opencode/core/modules/sandbox/companions.ts";
import type { OpenSandbox, SandboxDriverName } from "@opencode/core/modules/sandbox/contract.ts";
import { createPlace, placeOf } from "@opencode/core/modules/sandbox/directories.ts";
import type { SandboxDriver, SandboxLimits, SandboxPlace } from "@opencode/core/modules/sandbox/driver.ts";
import { createRuntime, defaultLimits, type SandboxRuntime } from "@opencode/core/modules/sandbox/drivers.ts";

export interface TestRuntime {
  readonly runtime: SandboxRuntime;
  readonly driver: SandboxDriver;
  /** A running sandbox without a row: the driver and the agent alone. */
  start(fill?: (directory: string) => Promise<void> | void): Promise<TestSandbox>;
  close(): Promise<void>;
}

export interface TestSandbox {
  readonly place: SandboxPlace;
  readonly box: OpenSandbox;
  /** a second connection, as a restarted worker makes it; null when nothing runs */
  reconnect(): Promise<OpenSandbox | null>;
  /** starts the agent again over the same directories */
  restart(): Promise<OpenSandbox>;
  stop(): Promise<void>;
}

let count = 0;

/** Small limits, so that going over them is quick. */
export const smallLimits: SandboxLimits = {
  ...defaultLimits,
  memoryBytes: 300 * 1024 ** 2,
  processes: 60,
  fileMaxBytes: 64 * 1024 ** 2,
  diskBytes: 96 * 1024 ** 2,
  inodes: 3_000,
  tmpBytes: 32 * 1024 ** 2,
};

export function testRuntime(name: SandboxDriverName, options: { limits?: SandboxLimits; dockerImage?: string } = {}): TestRuntime {
  const dataDirectory = mkdtempSync(join(tmpdir(), "sandbox-test-"));
  const runtime = createRuntime({
    dataDirectory,
    driver: name,
    dockerImage: options.dockerImage ?? process.env.SANDBOX_DOCKER_IMAGE ?? "opencode-sandbox:latest",
    limits: options.limits ?? smallLimits,
  });
  const driver = runtime.drivers[name];
  const started: SandboxPlace[] = [];

  async function open(place: SandboxPlace): Promise<OpenSandbox | null> {
    const connection = await connectAgent(driver, place);
    const companions = connection && companionsOf(driver, place);
    const onClose = async () => {
      companions?.close();
      connection?.close();
    };
    return connection && remoteSandbox({ place, driver: name, connection, hold: companions?.hold ?? null, onClose });
  }

  async function boot(place: SandboxPlace): Promise<OpenSandbox> {
    await driver.start(place, randomBytes(32).toString("hex"));
    const box = await open(place);
    if (!box) throw new Error("the sandbox is not there");
    return box;
  }

  return {
    runtime,
    driver,
    start: async (fill = () => undefined) => {
      count += 1;
      const place = placeOf(dataDirectory, `sbx_test${process.pid}x${count}`);
      await createPlace(place, async (directory) => fill(directory));
      started.push(place);
      const box = await boot(place);
      return { place, box, reconnect: () => open(place), restart: () => boot(place), stop: () => driver.stop(place) };
    },
    close: async () => {
      for (const place of started) await driver.stop(place);
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}
