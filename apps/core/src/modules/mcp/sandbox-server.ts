import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { limits } from "../../platform/limits.ts";
import type { ExecAccess, OpenSandbox } from "../sandbox/contract.ts";
import { McpError } from "./mcp-error.ts";
import type { McpServerRow } from "./repo.ts";
import { bridgeProgram } from "./sandbox-bridge.ts";

interface SandboxRequest {
  readonly sandbox: OpenSandbox;
  /** in the sandbox's journal: the same call never runs twice */
  readonly callId: string;
  readonly method: "tools/list" | "tools/call";
  readonly params: Readonly<Record<string, unknown>>;
  readonly access?: ExecAccess | undefined;
  readonly signal?: AbortSignal | undefined;
}

const answerSchema = z.object({ result: z.unknown().optional(), error: z.string().optional(), stderr: z.string().optional() });
// The last revision with a handshake: what programs on standard streams speak.
const protocolVersion = "2025-11-25";
const maxTextChars = 150_000;

/** One request to a server that is started for it inside the sandbox, with the sandbox's limits, network and secrets: none. Throws McpError. */
export async function askInSandbox(server: McpServerRow, request: SandboxRequest): Promise<unknown> {
  const timeoutMs = request.method === "tools/list" ? limits.mcp.connectTimeoutMs * 3 : limits.mcp.callTimeoutMs;
  const { command, environment } = server;
  const { method, params } = request;
  const result = await request.sandbox.exec(
    {
      callId: request.callId,
      command: `node --no-warnings --input-type=module -e '${bridgeProgram}'`,
      stdin: JSON.stringify({ command, environment, method, params, timeoutMs, protocolVersion, maxTextChars }),
      timeoutMs: timeoutMs + 5_000,
      ...(request.access ? { access: request.access } : {}),
    },
    request.signal ? { signal: request.signal } : {},
  );
  const packed = /<mcp>([A-Za-z0-9+/=]+)<\/mcp>/.exec(result.output)?.[1];
  if (packed === undefined)
    throw new McpError("failed", `${server.name} gave no answer: ${result.output.trim().slice(-300) || "it printed nothing"}`);
  const answer = answerSchema.parse(
    JSON.parse(gunzipSync(Buffer.from(packed, "base64"), { maxOutputLength: 20_000_000 }).toString("utf8")),
  );
  if (answer.error === undefined) return answer.result;
  throw new McpError("failed", `${server.name} ${answer.error}.${answer.stderr ? ` It said: ${answer.stderr.trim()}` : ""}`);
}
