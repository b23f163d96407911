import { z } from "zod";
import { limits } from "../../platform/limits.ts";
import type { ExecResult } from "../sandbox/contract.ts";
import { limitOutput } from "./limit-output.ts";
import { shellSubject } from "./shell/shell-subject.ts";
import { defineTool } from "./tool.ts";

const { bashDefaultTimeoutMs, bashMaxTimeoutMs } = limits.tool;

const inputSchema = z.object({
  command: z.string().trim().min(1, "Give the command to run.").max(100_000).describe("The command, run by bash in the repository's root."),
  timeout: z
    .number()
    .int()
    .min(1)
    .max(bashMaxTimeoutMs, `At most ${bashMaxTimeoutMs} ms (10 minutes).`)
    .optional()
    .describe(`Milliseconds after which it is killed; ${bashDefaultTimeoutMs} when left out, ${bashMaxTimeoutMs} at most.`),
  description: z.string().max(500).default("").describe("What it does, in five to ten words."),
});

/** What became of the process, for the model; empty when it ended by itself with 0. */
function ending(result: ExecResult, timeoutMs: number): string {
  if (result.timedOut) {
    return `The command was killed after ${timeoutMs} ms (time-out). Its output up to then stands above. Give a longer timeout, or run less at once; start servers in the background with their output in a file.`;
  }
  if (result.aborted) return "The command was interrupted by the user.";
  if (result.interrupted)
    return "The sandbox ended while the command ran, and it was not run again. Look what it had done by then before you repeat it.";
  if (result.stoppedFor)
    return `The command was killed because it went over the sandbox's ${result.stoppedFor} limit. Do less at once, or clean up first.`;
  if (result.signal !== null)
    return `The command was killed by ${result.signal}${result.signal === "SIGKILL" ? " (it may have run out of memory)" : ""}.`;
  return result.exitCode === 0 ? "" : `Exit code ${result.exitCode}.`;
}

export const bash = defineTool({
  name: "bash",
  description: `Runs a command with bash in the sandbox, in the repository's root (/workspace). Output and exit code come back; a failed command is not repeated by itself. Every call is a new shell: directories and variables do not carry over. There is no terminal, so nothing may wait for typing. Use read, grep, glob, list and edit for files rather than cat, grep, find, ls and sed.`,
  inputSchema,
  readOnly: false,
  subject: ({ command }, look) => shellSubject(command, look),
  async execute({ command, timeout, description }, context) {
    const timeoutMs = timeout ?? bashDefaultTimeoutMs;
    const result = await context.sandbox.exec(
      { callId: context.callId, command, timeoutMs, ...(context.access ? { access: context.access } : {}) },
      { ...(context.onOutput ? { onOutput: context.onOutput } : {}), ...(context.signal ? { signal: context.signal } : {}) },
    );
    const limited = await limitOutput(context, result.output, { outputFile: result.outputFile, alreadyCut: result.truncated });
    const isError = result.exitCode !== 0 || result.timedOut || result.aborted || result.interrupted === true;
    const parts = [limited.text, ending(result, timeoutMs)].filter((part) => part !== "");
    return {
      title: command.split("\n")[0]?.slice(0, 200) ?? "",
      output: parts.join(limited.text.endsWith("\n") ? "" : "\n") || "The command ended with exit code 0 and printed nothing.",
      exitCode: result.exitCode,
      isError,
      metadata: {
        description,
        truncated: limited.truncated,
        outputFile: limited.outputFile,
        timedOut: result.timedOut,
        aborted: result.aborted,
        signal: result.signal,
        durationMs: result.durationMs,
      },
    };
  },
});
