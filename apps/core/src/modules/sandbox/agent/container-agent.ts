import { Duplex } from "node:stream";
import type { ExecAccess } from "../contract.ts";
import { inside, type SandboxLimits } from "../driver.ts";
import type { AgentConfig } from "./protocol.ts";

/** The configuration of an agent that can't nest and is held by a container. */
export function agentConfig(
  secret: string,
  limits: SandboxLimits,
  { path = inside.path, access = {} }: { path?: string; access?: ExecAccess } = {},
): AgentConfig {
  return {
    ...limits,
    secret,
    workspace: inside.workspace,
    control: inside.control,
    outputs: inside.outputs,
    socket: `${inside.control}/agent.sock`,
    nesting: null,
    held: { readOnly: access.workspace === "read-only", offline: access.network === "none" },
    egress: inside.egress,
    path,
    home: inside.home,
    memoryWatched: false,
  };
}

/** Resolves when the agent has said that it listens; throws with its last words otherwise. Ends the stream. */
export async function untilReady(stream: NodeJS.ReadWriteStream, timeoutMs: number): Promise<void> {
  let said = "";
  const outcome = await new Promise<"ready" | "ended" | "late">((resolve) => {
    const timer = setTimeout(() => resolve("late"), timeoutMs);
    const settle = (value: "ready" | "ended") => {
      clearTimeout(timer);
      resolve(value);
    };
    stream.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-4_000);
      if (said.includes("ready\n")) settle("ready");
    });
    stream.once("end", () => settle("ended"));
    stream.once("error", () => settle("ended"));
  });
  if (stream instanceof Duplex) stream.destroy();
  if (outcome !== "ready")
    throw new Error(`the container ${outcome === "late" ? "did not start in time" : "ended while it started"}: ${said}`);
}
