import type { z } from "zod";
import { AppError } from "../../platform/errors.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import type { ExecAccess, OpenSandbox } from "../sandbox/contract.ts";
import type { PermissionSubject, ToolResult } from "./contract.ts";
import { describeInvalidInput } from "./invalid-input.ts";
import type { FileLook } from "./shell/judge-runs.ts";

/** What a call may use while it runs. */
export interface ToolContext {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
  /** What the call may not do, whatever its text says: the sandbox holds it to that. Every `exec` of a tool passes it on. */
  readonly access?: ExecAccess;
  readonly sandbox: OpenSandbox;
  /** names the call in the sandbox's journal: the same id never runs twice */
  readonly callId: string;
  readonly signal?: AbortSignal;
  readonly onOutput?: (chunk: string) => void;
  /**
   * Modification time (ms) of each file at the session's last look at it, by path relative to the workspace; tools
   * read and extend it. Missing entries (a restarted worker) only mean that a change in between goes unnoticed;
   * `fileVersionsOf` rebuilds it from the results of earlier calls.
   */
  readonly fileVersions?: Map<string, number>;
}

/** A tool as the agent loop sees it. Nothing here throws for what a model wrote: bad input is a result with `isError`. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: z.ZodType;
  /** the input as JSON Schema, where it comes from elsewhere than `inputSchema` */
  readonly modelSchema?: Readonly<Record<string, unknown>>;
  /** calls of such tools may run at the same time */
  readonly readOnly: boolean;
  /**
   * What a call with this input touches; with `look`, also by what the files say that it runs. Invalid input touches
   * nothing: `execute` will refuse it.
   */
  subject(input: unknown, look?: FileLook): Promise<PermissionSubject>;
  /** Runs the call. Rejects only when the sandbox itself is out of reach. */
  execute(input: unknown, context: ToolContext): Promise<ToolResult>;
}

interface ToolDefinition<S extends z.ZodType> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: S;
  readonly readOnly: boolean;
  readonly subject: (input: z.output<S>, look?: FileLook) => PermissionSubject | Promise<PermissionSubject>;
  readonly execute: (input: z.output<S>, context: ToolContext) => Promise<ToolResult>;
}

/** A result that tells the model what went wrong and what to do. */
export function failure(title: string, output: string, metadata: Readonly<Record<string, unknown>> = {}): ToolResult {
  return { title, output, exitCode: null, isError: true, metadata };
}

// Codes that speak of the input; any other failure of the sandbox belongs to the loop, which retries or rebuilds.
const inputFaults: ReadonlySet<string> = new Set([
  "BAD_REQUEST",
  "NOT_FOUND",
  "FORBIDDEN",
  "CONFLICT",
  "PAYLOAD_TOO_LARGE",
  "UNPROCESSABLE",
]);

export function defineTool<S extends z.ZodType>(definition: ToolDefinition<S>): Tool {
  const { name, inputSchema } = definition;
  return {
    name,
    description: definition.description,
    inputSchema,
    readOnly: definition.readOnly,
    async subject(input, look) {
      const parsed = inputSchema.safeParse(input);
      return parsed.success ? definition.subject(parsed.data, look) : { permission: name, targets: [], alwaysRule: "*" };
    },
    async execute(input, context) {
      const parsed = inputSchema.safeParse(input);
      if (!parsed.success) return failure("invalid input", describeInvalidInput(name, parsed.error));
      try {
        return await definition.execute(parsed.data, context);
      } catch (error) {
        if (error instanceof AppError && inputFaults.has(error.code)) return failure(error.message.slice(0, 120), error.message);
        throw error;
      }
    },
  };
}
