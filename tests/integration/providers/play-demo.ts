import type { ModelContent, ModelEvent, ModelMessage } from "@opencode/core/modules/providers/contract.ts";
import { streamModel } from "@opencode/core/modules/providers/index.ts";
import type { OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";
import { builtinTools, decide, findTool, platformLayer, toModelTool } from "@opencode/core/modules/tools/index.ts";
import { newId } from "@opencode/core/platform/ids.ts";

type ToolCall = Extract<ModelEvent, { type: "tool-call" }>;
type ToolResult = Extract<ModelContent, { type: "tool-result" }>;

interface Play {
  readonly messages: ModelMessage[];
  /** every call in order, by step */
  readonly steps: readonly (readonly ToolCall[])[];
  /** the commands and paths that had to be asked for */
  readonly asked: readonly string[];
  readonly lastWords: string;
}

interface PlayOptions {
  readonly prompt: string;
  readonly before?: readonly ModelMessage[];
  readonly allow?: boolean;
  /** stands in for a call's result; null lets it run */
  readonly intercept?: (call: ToolCall, index: number) => Promise<ToolResult | null> | ToolResult | null;
}

/** The agent's loop at its smallest: model, real tools with the platform's rules, until the model stops. */
export async function playDemo(sandbox: OpenSandbox, options: PlayOptions): Promise<Play> {
  const messages: ModelMessage[] = [...(options.before ?? []), { role: "user", content: [{ type: "text", text: options.prompt }] }];
  const steps: ToolCall[][] = [];
  const asked: string[] = [];
  const fileVersions = new Map<string, number>();
  const session = { workspaceId: newId("workspace"), sessionId: newId("session") };
  let count = 0;
  for (let step = 0; step < 20; step += 1) {
    const { text, calls } = await oneCall(messages);
    messages.push({
      role: "assistant",
      content: [{ type: "text", text }, ...calls.map(({ callId, name, input }) => ({ type: "tool-call" as const, callId, name, input }))],
    });
    if (calls.length === 0) return { messages, steps, asked, lastWords: text };
    steps.push(calls);
    const results: ToolResult[] = [];
    for (const call of calls) {
      const replaced = await options.intercept?.(call, count);
      count += 1;
      results.push(replaced ?? (await execute(call)));
    }
    messages.push({ role: "user", content: results });
  }
  throw new Error("the demo model did not come to an end");

  async function execute({ callId, name, input }: ToolCall): Promise<ToolResult> {
    const tool = findTool(name);
    if (!tool) throw new Error(`no tool ${name}`);
    const decision = decide(await tool.subject(input), [platformLayer]);
    if (decision.action === "ask") {
      asked.push(decision.target);
      if (options.allow === false) {
        return { type: "tool-result", callId, name, output: "The user rejected this call. Do not try it again.", isError: true };
      }
    }
    const { output, isError } = await tool.execute(input, { ...session, sandbox, callId, fileVersions });
    return { type: "tool-result", callId, name, output, isError };
  }
}

async function oneCall(messages: readonly ModelMessage[]): Promise<{ text: string; calls: ToolCall[] }> {
  let text = "";
  const calls: ToolCall[] = [];
  const request = { model: "demo", system: "", messages, tools: builtinTools.map(toModelTool) };
  for await (const event of streamModel({ workspaceId: newId("workspace"), request, signal: new AbortController().signal })) {
    if (event.type === "text-delta") text += event.text;
    if (event.type === "tool-call") calls.push(event);
  }
  return { text, calls };
}
