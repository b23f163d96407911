import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import { formatCount } from "../../ui/format-count.ts";

const fullShare = 0.85;

/** How full the model's context was at the last step, and how much of its input came out of the provider's cache. */
export function ContextMeter({ parts }: { parts: readonly Part[] }) {
  const last = parts.findLast((part) => part.type === "step-finish");
  if (last?.type !== "step-finish") return null;
  const input = last.inputTokens + last.cacheReadTokens + last.cacheWriteTokens;
  const used = input + last.outputTokens;
  if (used === 0) return null;
  const hitRate = input > 0 ? Math.round((last.cacheReadTokens / input) * 100) : 0;
  const share = last.contextSize ? used / last.contextSize : null;
  const of = last.contextSize ? ` of ${formatCount(last.contextSize)} (${Math.round((share ?? 0) * 100)} %)` : "";
  return (
    <span
      title={`Context at the last step: ${used} tokens${of}; ${hitRate} % of its input came from the provider's cache`}
      className={share !== null && share > fullShare ? "text-warning" : ""}
    >
      Context {formatCount(used)}
      {last.contextSize ? ` / ${formatCount(last.contextSize)}` : ""}
      {last.cacheReadTokens > 0 ? ` · cache ${hitRate} %` : ""}
    </span>
  );
}
