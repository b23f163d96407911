import type { ModelContent, ModelRequest } from "../contract.ts";
import type { DemoResult, PastStep } from "./script.ts";

type ToolResult = Extract<ModelContent, { type: "tool-result" }>;

interface Transcript {
  /** the texts of the newest message that a person wrote */
  readonly prompts: readonly string[];
  /** the tool steps since then */
  readonly steps: readonly PastStep[];
}

const interruptedPattern = /\b(interrupted|aborted|not known|was lost)\b/i;

function toResult(result: ToolResult): DemoResult {
  return { output: result.output, isError: result.isError, interrupted: result.isError && interruptedPattern.test(result.output) };
}

/** What a request says about the task that is being worked on. */
export function readTranscript({ messages }: ModelRequest): Transcript {
  const start = messages.findLastIndex((message) => message.role === "user" && message.content.some((part) => part.type === "text"));
  const prompts = (messages[start]?.content ?? []).flatMap((part) => (part.type === "text" ? [part.text] : []));
  const since = messages.slice(start + 1);
  const results = new Map<string, DemoResult>();
  for (const part of since.flatMap((message) => message.content)) if (part.type === "tool-result") results.set(part.callId, toResult(part));
  const steps = since.flatMap((message): PastStep[] => {
    const calls = message.content.flatMap((part) =>
      part.type === "tool-call" ? [{ name: part.name, result: results.get(part.callId) ?? null }] : [],
    );
    return message.role === "assistant" && calls.length > 0 ? [{ calls }] : [];
  });
  return { prompts, steps };
}
