import { spawn } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { connect } from "node:net";
import { platform } from "node:os";
import { join } from "node:path";
import type { SandboxRuntimeConfig } from "@anthropic-ai/sandbox-runtime";
import { startedTicks } from "../../../platform/process-identity.ts";
import { agentProgram } from "../agent/program.ts";
import type { AgentConfig } from "../agent/protocol.ts";
import { awaitReady } from "../bubblewrap/await-ready.ts";
import type { SandboxDriver, SandboxLimits, SandboxPlace } from "../driver.ts";
import { isAlive, readRecord, removeRecord, writeRecord } from "../runtime-record.ts";

/**
 * macOS's own sandbox, through `@anthropic-ai/sandbox-runtime`. NOT TESTED BY US: nobody has run it on a Mac yet, so it is
 * never chosen by itself, only by SANDBOX_DRIVER=seatbelt. It holds files and network; memory and disk are only watched, and
 * commands share the agent's rights.
 */
export function seatbeltDriver({ dataDirectory, limits }: { dataDirectory: string; limits: SandboxLimits }): SandboxDriver {
  return {
    name: "seatbelt",
    probe: async () =>
      platform() === "darwin"
        ? { ok: true, version: "not tested by us" }
        : { ok: false, reason: "seatbelt is macOS's own sandbox, and not tested by us", install: "On Linux use bubblewrap or Docker." },
    adopt: async () => undefined,
    start: async (place, secret, options = {}) => {
      const program = await agentProgram(dataDirectory);
      const { SandboxManager } = await import("@anthropic-ai/sandbox-runtime");
      await SandboxManager.initialize(rulesFor(place, program));
      const command = await SandboxManager.wrapWithSandbox(
        `exec ${quote(process.execPath)} --no-warnings ${quote(join(program, "main.mjs"))}`,
      );
      const logFile = join(place.root, "agent.log");
      const log = openSync(logFile, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
      const environment: Record<string, string> = { PATH: systemPath, HOME: place.home, LANG: "en_US.UTF-8" };
      const child = spawn("/bin/sh", ["-c", command], {
        cwd: place.workspace,
        env: { ...environment, NODE_ENV: "production" },
        stdio: ["pipe", "pipe", log],
        detached: true,
      });
      closeSync(log);
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(`${JSON.stringify(agentConfig(place, secret, options.limits ?? limits))}\n`);
      const ticks = child.pid === undefined ? null : startedTicks(child.pid);
      if (child.pid !== undefined && ticks !== null) {
        await writeRecord(place, { driver: "seatbelt", secret, process: { pid: child.pid, startedTicks: ticks } });
      }
      await awaitReady(child, { timeoutMs: limits.startTimeoutMs, log: logFile });
    },
    connect: async (place) => {
      const record = await readRecord(place);
      if (!record || !isAlive(record.process)) return null;
      return new Promise((resolve) => {
        const socket = connect(join(place.control, "agent.sock"));
        socket.once("error", () => resolve(null));
        socket.once("connect", () => resolve(socket));
      });
    },
    stop: async (place) => {
      const record = await readRecord(place);
      if (record?.driver === "seatbelt" && record.process && isAlive(record.process)) {
        try {
          process.kill(-record.process.pid, "SIGKILL");
        } catch {
          // gone
        }
      }
      await removeRecord(place);
    },
  };
}

const systemPath = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin";

/** Only its own places can be written; of the person's home nothing can be read; no host can be reached. */
function rulesFor(place: SandboxPlace, program: string): SandboxRuntimeConfig {
  return {
    network: { allowedDomains: [], deniedDomains: [] },
    filesystem: {
      denyRead: ["/Users", "/private/var/root"],
      allowRead: [place.workspace, place.control, place.outputs, place.home, program],
      allowWrite: [place.workspace, place.control, place.outputs, place.home],
      denyWrite: [],
    },
  };
}

function agentConfig(place: SandboxPlace, secret: string, limits: SandboxLimits): AgentConfig {
  return {
    ...limits,
    secret,
    workspace: place.workspace,
    control: place.control,
    outputs: place.outputs,
    egress: place.egress,
    socket: join(place.control, "agent.sock"),
    nesting: null,
    path: systemPath,
    home: place.home,
    memoryWatched: true,
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
