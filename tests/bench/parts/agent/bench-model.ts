import { LLMock } from "@copilotkit/aimock";

export interface BenchModel {
  readonly url: string;
  stop(): Promise<void>;
}

interface Message {
  readonly role: string;
  readonly content: unknown;
}

const sentence = "The quick brown fox jumps over the lazy dog while the agent explains what it is about to do next. ";
const wish = /bench (bash|read) (\d+)/;

function textOf({ content }: Message): string {
  return typeof content === "string" ? content : JSON.stringify(content ?? "");
}

/**
 * A model without any latency of its own: for "bench bash 20" or "bench read 20" it makes so many calls, one a step,
 * each with another input, and then says a sentence. For "bench say" it says a lot, slowly enough to be watched.
 */
export async function startBenchModel(): Promise<BenchModel> {
  // Its journal would keep every history that it was ever sent.
  const mock = new LLMock({ port: 0, journalMaxEntries: 10 });
  await mock.start();
  const isLong = ({ messages }: { messages: readonly Message[] }) =>
    textOf(messages.at(-1) ?? { role: "", content: "" }).includes("bench say");
  mock.on({ predicate: isLong }, { content: sentence.repeat(60) }, { chunkSize: 12, latency: 20 });
  mock.on({ predicate: () => true }, ({ messages }) => {
    const at = messages.findLastIndex((message) => message.role === "user" && wish.test(textOf(message)));
    const [, tool = "bash", count = "0"] = wish.exec(at === -1 ? "" : textOf(messages[at] ?? { role: "", content: "" })) ?? [];
    const done = messages.slice(at).filter((message) => message.role === "assistant").length;
    if (done >= Number(count)) return { content: "Everything that was asked for is done." };
    const input = tool === "bash" ? { command: `echo step ${done}` } : { path: "package.json", offset: 1, limit: done + 1 };
    return { toolCalls: [{ id: `call_${at}_${done}`, name: tool, arguments: JSON.stringify(input) }] };
  });
  return { url: mock.url, stop: () => mock.stop() };
}
