import type { ModelContent, ModelEvent, ModelMessage, ModelRequest, ProviderFailure } from "@opencode/core/modules/providers/contract.ts";
import { ProviderError } from "@opencode/core/modules/providers/index.ts";
import { callModel, type ModelSource } from "@opencode/core/modules/providers/testing.ts";

export const secretKey = "sk-test-SECRET-0123456789abcdef";

/** A workspace's key at a stand-in server; `url` without a path. */
export function sourceAt(kind: ModelSource["kind"], url: string): ModelSource {
  return {
    provider: kind === "openai-compatible" ? "my-server" : kind,
    kind,
    source: "workspace",
    apiKey: secretKey,
    baseUrl: kind === "anthropic" ? url : `${url}/v1`,
    keyId: "pky_1",
    publicOnly: false,
  };
}

export function modelNameOf(kind: ModelSource["kind"]): string {
  return kind === "anthropic" ? "claude-sonnet-5-5" : kind === "openai" ? "gpt-6.1-sol" : "some-model";
}

export function prompt(text: string): ModelMessage {
  return { role: "user", content: [{ type: "text", text }] };
}

export function toolRound(calls: readonly { callId: string; name: string; input: unknown; output: string }[]): ModelMessage[] {
  const asked: ModelContent[] = calls.map(({ callId, name, input }) => ({ type: "tool-call", callId, name, input }));
  const answered: ModelContent[] = calls.map(({ callId, name, output }) => ({ type: "tool-result", callId, name, output, isError: false }));
  return [
    { role: "assistant", content: asked },
    { role: "user", content: answered },
  ];
}

const readTool = {
  name: "read",
  description: "Reads a file.",
  inputSchema: { type: "object", properties: { filePath: { type: "string" } }, required: ["filePath"] },
};

export function requestOf(messages: readonly ModelMessage[], overrides: Partial<ModelRequest> = {}): ModelRequest {
  return { model: "x", system: "You are a coding agent.", messages, tools: [readTool], ...overrides };
}

interface Outcome {
  readonly events: readonly ModelEvent[];
  readonly text: string;
  readonly failure: ProviderFailure | null;
  /** message, cause and stack, where a secret could hide */
  readonly everythingSaid: string;
}

/** One call of a source, to its end or its failure. */
export async function callSource(
  source: ModelSource,
  request: ModelRequest,
  signal = new AbortController().signal,
  { canSee = true, name = modelNameOf(source.kind) }: { canSee?: boolean | null; name?: string } = {},
): Promise<Outcome> {
  const info = {
    id: name,
    name,
    provider: source.provider,
    source: source.source,
    contextTokens: null,
    maxOutputTokens: null,
    price: null,
    abilities: { tools: true, images: canSee, reasoning: null, structuredOutput: null },
    providerName: source.provider,
    isCustom: false,
  };
  const events: ModelEvent[] = [];
  let failure: ProviderFailure | null = null;
  let everythingSaid = "";
  try {
    for await (const event of callModel({ info, name, source }, request, signal)) events.push(event);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    failure = error.failure;
    everythingSaid = `${JSON.stringify(error.failure)} ${error.message} ${error.stack} ${String(error.cause)} ${JSON.stringify(error)}`;
  }
  const text = events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
  return { events, text, failure, everythingSaid };
}

export function finishOf(outcome: Outcome): Extract<ModelEvent, { type: "finish" }> {
  const last = outcome.events.at(-1);
  if (last?.type !== "finish") throw new Error(`no finish: ${JSON.stringify(outcome.failure)}`);
  return last;
}
