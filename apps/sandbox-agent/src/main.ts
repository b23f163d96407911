import { connect } from "node:net";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { serve } from "./server.ts";

async function readConfig(): Promise<AgentConfig> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) {
    text += chunk;
    if (text.endsWith("\n")) break;
  }
  process.stdin.destroy();
  return JSON.parse(text);
}

/** For drivers whose socket can't be reached from outside: joins stdio with it. */
function bridge(socketPath: string): void {
  const socket = connect(socketPath);
  socket.on("error", () => process.exit(1));
  socket.on("close", () => process.exit(0));
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
}

// A worker that is killed takes its end of stdout with it; the agent goes on.
process.stdout.on("error", () => undefined);
process.on("SIGHUP", () => undefined);

const [mode, argument] = process.argv.slice(2);
if (mode === "bridge" && argument) {
  bridge(argument);
} else {
  await serve(await readConfig());
  process.stdout.write("ready\n");
}
