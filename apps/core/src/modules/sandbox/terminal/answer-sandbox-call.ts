import { limits } from "../../../platform/limits.ts";
import { ConnectionLost } from "../agent/connection.ts";
import type { AgentCall } from "../agent/protocol.ts";
import { portsResultSchema, terminalReadResultSchema } from "../agent/protocol.ts";
import type { TerminalAction, TerminalOutput } from "./contract.ts";
import { linkSandbox, type SandboxLink } from "./sandbox-link.ts";
import { type SandboxCall, terminalDoneSchema } from "./worker-calls.ts";

const nothing: TerminalOutput = { state: "none", shell: "", offset: 0, data: "", exitCode: null };

/** The worker's side of what web asks about a session's sandbox. */
export async function answerSandboxCall(call: SandboxCall): Promise<unknown> {
  const wake = call.call === "terminal" && call.action.kind === "open";
  const link = await linkSandbox(call, { wake });
  try {
    switch (call.call) {
      case "ports":
        return { awake: link !== null, ports: link ? await portsOf(link) : [] };
      case "output":
        return link ? await readOutput(link, call) : nothing;
      case "terminal":
        return link ? await act(link, call.name, call.action) : { created: false };
    }
  } catch (error) {
    // It went to sleep or ended meanwhile: that is a state and not a failure.
    if (!(error instanceof ConnectionLost)) throw error;
    return call.call === "ports" ? { awake: false, ports: [] } : call.call === "output" ? nothing : { created: false };
  }
}

async function portsOf({ connection }: SandboxLink): Promise<number[]> {
  return portsResultSchema.parse((await connection.call({ op: "ports" })).result);
}

async function readOutput(
  { connection }: SandboxLink,
  { name, shell, after, waitMs }: { name: string; shell: string; after: number; waitMs: number },
): Promise<TerminalOutput> {
  const { result, body } = await connection.call(
    { op: "terminal-read", name, shell, after, waitMs },
    { timeoutMs: waitMs + limits.sandbox.callTimeoutMs },
  );
  return { ...terminalReadResultSchema.parse(result), data: body.toString("base64") };
}

async function act({ connection }: SandboxLink, name: string, action: TerminalAction): Promise<{ created: boolean }> {
  const { result } = await connection.call(
    callOf(name, action),
    action.kind === "write" ? { body: Buffer.from(action.data, "base64") } : {},
  );
  return action.kind === "open" ? terminalDoneSchema.parse(result) : { created: false };
}

function callOf(name: string, action: TerminalAction): AgentCall {
  switch (action.kind) {
    case "open":
      return { op: "terminal-open", name, cols: action.cols, rows: action.rows };
    case "resize":
      return { op: "terminal-resize", name, cols: action.cols, rows: action.rows };
    case "write":
      return { op: "terminal-write", name };
    case "close":
      return { op: "terminal-close", name };
  }
}
