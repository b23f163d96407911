import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { env } from "../../../platform/env.ts";
import type { ModelEvent, ModelRequest } from "../contract.ts";
import { abortedCall } from "../provider-error.ts";
import { demoModel } from "./demo-model.ts";
import { nextDemoStep } from "./next-demo-step.ts";

const noUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

/** The demo model's next step, streamed word by word. Reads only what stands in the request. */
export async function* streamDemo(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const step = nextDemoStep(request);
  const pause = async (words = 1) => {
    const ms = env().DEMO_MODEL_DELAY_MS * words;
    if (ms > 0) await delay(ms, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw abortedCall();
  };
  await pause(8);
  for (const word of step.text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
    yield { type: "text-delta", text: word };
    await pause();
  }
  for (const { name, input } of step.calls) {
    const callId = `call_${randomUUID().replaceAll("-", "")}`;
    yield { type: "tool-call-start", callId, name };
    await pause(4);
    yield { type: "tool-call", callId, name, input, invalidInput: null };
  }
  yield {
    type: "finish",
    reason: step.calls.length > 0 ? "tool-calls" : "stop",
    usage: noUsage,
    costMicros: 0,
    responseModel: demoModel.id,
  };
}
