import { LLMock } from "@copilotkit/aimock";
import { z } from "zod";

interface ScriptedStep {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[];
  /** between two chunks of ten characters */
  readonly chunkMs?: number;
  /** instead of an answer */
  readonly error?: { readonly status: number; readonly message: string };
}

export interface ScriptedModel {
  readonly url: string;
  /** what core and the worker need to find it, as `anthropic/scripted` */
  readonly env: Record<string, string>;
  readonly requests: () => number;
  /** what the model was sent last, as messages with roles (the system prompt first) */
  readonly lastRequest: () => { readonly messages: readonly Message[] } | null;
  /** Plays `steps`, one a model call, for prompts that hold `key`; a call that is made again gets the same step again. */
  script(key: string, steps: readonly ScriptedStep[]): void;
  /** The next `count` calls for the key fail, of this step of its script (from 0) where one is given. */
  fail(key: string, count: number, error: { status: number; message: string; step?: number }): void;
  stop(): Promise<void>;
}

const requestSchema = z.looseObject({
  messages: z.array(z.object({ role: z.string(), content: z.unknown().optional() })),
  tool_choice: z.unknown().optional(),
});

interface Message {
  readonly role: string;
  readonly content?: unknown;
}

const askForSummary = "Sum up the conversation above as you were told";
/** What the model answers when it has to sum up a conversation. */
export const scriptedSummary = "Goal: what the scripts say. Done: some of it.";

const textOf = (message: Message): string =>
  typeof message.content === "string" ? message.content : JSON.stringify(message.content ?? "");

/** Which step of the key's script a request asks for: how many answers follow the prompt; -1 for another key's. */
function stepOf(messages: readonly Message[], key: string): number {
  const at = messages.findLastIndex((message) => message.role === "user" && textOf(message).includes(key));
  const later = messages.findLastIndex((message) => message.role === "user" && /\bscript-\w+/.test(textOf(message)));
  if (at === -1 || later > at) return -1;
  return messages.slice(at).filter((message) => message.role === "assistant").length;
}

function asRequest(body: unknown): ReturnType<ScriptedModel["lastRequest"]> {
  const parsed = requestSchema.safeParse(body);
  return parsed.success ? parsed.data : null;
}

export async function startScriptedModel(): Promise<ScriptedModel> {
  const mock = new LLMock({ port: 0 });
  await mock.start();
  // A conversation that is summed up holds the keys of its scripts.
  mock.on(
    { predicate: ({ messages }) => messages.some((message) => textOf(message).includes(askForSummary)) },
    { content: scriptedSummary },
  );
  const failing = new Map<string, { left: number; status: number; message: string; step?: number }>();
  return {
    url: mock.url,
    env: { ANTHROPIC_API_KEY: "sk-ant-scripted", ANTHROPIC_BASE_URL: mock.url },
    requests: () => mock.getRequests().length,
    lastRequest: () => asRequest(mock.getRequests().at(-1)?.body),
    fail: (key, count, error) => failing.set(key, { left: count, ...error }),
    script: (key, steps) => {
      mock.on(
        {
          predicate: ({ messages }) => {
            const failure = failing.get(key);
            const step = stepOf(messages, key);
            if (!failure || failure.left === 0 || step === -1 || step !== (failure.step ?? step)) return false;
            failure.left -= 1;
            return true;
          },
        },
        () => {
          const { status = 500, message = "failed" } = failing.get(key) ?? {};
          return { error: { message, type: "overloaded_error" }, status };
        },
      );
      for (const [index, step] of steps.entries()) {
        const match = { predicate: ({ messages }: { messages: readonly Message[] }) => stepOf(messages, key) === index };
        const toolCalls = step.calls?.map((call, at) => ({
          id: `call_${index}_${at}`,
          name: call.name,
          arguments: JSON.stringify(call.input),
        }));
        const pace = { chunkSize: 10, latency: step.chunkMs ?? 0 };
        if (step.error) mock.on(match, { error: { message: step.error.message, type: "api_error" }, status: step.error.status });
        else if (toolCalls && step.text) mock.on(match, { content: step.text, toolCalls }, pace);
        else if (toolCalls) mock.on(match, { toolCalls }, pace);
        else mock.on(match, { content: step.text ?? "Done." }, pace);
      }
    },
    stop: () => mock.stop(),
  };
}
