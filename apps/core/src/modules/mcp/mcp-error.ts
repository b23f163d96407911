import { ProtocolError, SdkHttpError, UnauthorizedError } from "@modelcontextprotocol/client";
import { PrivateAddressError } from "../../platform/public-fetch.ts";

/** Why a server could not be used, for people and for the model. */
export class McpError extends Error {
  override readonly name = "McpError";
  /** `outdated`: it does not know what it was asked for: its list of tools may be another one by now */
  readonly reason: "sign-in" | "outdated" | "failed";
  constructor(reason: McpError["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

// "Method not found", and "invalid params", by which servers also mean an unknown tool.
const notKnown: ReadonlySet<number> = new Set([-32_601, -32_602]);

/** Any error of a call as one sentence that holds no header, token or address of ours. */
export function mcpErrorOf(error: unknown, server: string): McpError {
  if (error instanceof McpError) return error;
  if (error instanceof UnauthorizedError)
    return new McpError("sign-in", `${server} asks for a sign-in. Connect it in the settings.`, { cause: error });
  const blocked = findCause(error, PrivateAddressError);
  if (blocked) return new McpError("failed", `${server} is at ${blocked.host}, inside the service's own network, and is not called.`);
  if (error instanceof ProtocolError && notKnown.has(error.code))
    return new McpError("outdated", `${server} does not take the call: ${short(error)}`, { cause: error });
  if (error instanceof SdkHttpError) return new McpError("failed", `${server} answered with an error: ${short(error)}`, { cause: error });
  return new McpError("failed", `${server} did not answer as it should: ${short(error)}`, { cause: error });
}

function findCause<T extends Error>(error: unknown, kind: new (...input: never[]) => T): T | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) if (at instanceof kind) return at;
  return null;
}

function short(error: unknown): string {
  const message =
    error instanceof Error ? (error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message) : String(error);
  return message.replace(/\s+/g, " ").slice(0, 300);
}
