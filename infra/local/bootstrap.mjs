#!/usr/bin/env node
// The way in of every command. Runs on the machine's own Node (>= 20.19) and without a single dependency: it installs
// what is missing and hands over to the Node that the project pins.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { generatePrismaClient } from "./bootstrap/generate-prisma-client.mjs";
import { installDependencies } from "./bootstrap/install-dependencies.mjs";
import { root } from "./bootstrap/root.mjs";

const commands = {
  start: "infra/local/commands/start.ts",
  dev: "infra/local/commands/dev.ts",
  test: "infra/test/run.ts",
  demo: "infra/local/commands/demo.ts",
  seed: "infra/local/commands/seed.ts",
  bench: "infra/local/commands/bench.ts",
  replay: "infra/local/commands/replay.ts",
};

/** Runs a command's file under the pinned Node and ends as it ends. */
function handOver(file, args) {
  const node = join(root, "node_modules/node/bin/node");
  const child = spawn(existsSync(node) ? node : process.execPath, ["--disable-warning=ExperimentalWarning", join(root, file), ...args], {
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}`,
      NODE_COMPILE_CACHE: join(root, "node_modules/.cache/opencode/compile"),
      NEXT_TELEMETRY_DISABLED: "1",
      CHECKPOINT_DISABLE: "1",
      TURBO_TELEMETRY_DISABLED: "1",
    },
  });
  // A terminal's Ctrl-C reaches the child by itself; what is sent to this process alone is passed on.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm, when it is told to end, ends the shell between the two and nobody below it.
  if (process.env.npm_lifecycle_event) whenOrphaned(() => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

function whenOrphaned(act) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    act();
  }, 500).unref();
}

async function main() {
  const [command = "start", ...args] = process.argv.slice(2);
  const file = commands[command];
  if (!file) {
    console.error(`There is no command "${command}". There are: ${Object.keys(commands).join(", ")}.`);
    process.exit(2);
  }
  await installDependencies();
  await generatePrismaClient();
  handOver(file, args[0] === "--" ? args.slice(1) : args);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
