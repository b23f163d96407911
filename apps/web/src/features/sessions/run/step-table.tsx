import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import { isCostKnown, type SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { Cost } from "../../../ui/cost.tsx";
import { formatCount } from "../../../ui/format-count.ts";
import { formatDuration } from "../../../ui/format-duration.ts";

const heads = ["Step", "In", "Cached", "Out", "Cost", "Time", "Ended by"] as const;

/** Each call of the model: how much it was given, how much of that was cached, what it wrote and cost. */
export function StepTable({ view }: { view: SessionView }) {
  const steps = view.parts.filter((part): part is Extract<Part, { type: "step-finish" }> => part.type === "step-finish");
  if (steps.length === 0) return <p className="text-faint text-sm">No step has ended yet.</p>;
  return (
    <div className="max-h-96 overflow-auto rounded-lg border border-line bg-surface">
      <table className="w-full whitespace-nowrap text-right text-xs tabular-nums">
        <thead className="sticky top-0 bg-subtle text-faint">
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className="px-2.5 py-1.5 font-medium first:text-left last:text-left">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {steps.map((part) => (
            <tr key={part.id}>
              <td className="px-2.5 py-1.5 text-left">{part.step}</td>
              <td className="px-2.5">{formatCount(part.inputTokens)}</td>
              <td className="px-2.5">{formatCount(part.cacheReadTokens)}</td>
              <td className="px-2.5">{formatCount(part.outputTokens)}</td>
              <td className="px-2.5">
                <Cost micros={part.costMicros} known={isCostKnown(part)} />
              </td>
              <td className="px-2.5">{formatDuration(part.durationMs)}</td>
              <td className="px-2.5 text-left text-muted">{part.finishReason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
