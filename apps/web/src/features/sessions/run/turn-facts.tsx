import type { TurnView } from "@opencode/core/modules/sessions/contract.ts";
import { formatDuration } from "../../../ui/format-duration.ts";
import { FactList } from "./fact-list.tsx";

const timeOfDay = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

export function TurnFacts({ turn }: { turn: TurnView }) {
  const tookMs = turn.startedAt && turn.finishedAt ? Date.parse(turn.finishedAt) - Date.parse(turn.startedAt) : null;
  const waitedMs = turn.startedAt ? Date.parse(turn.startedAt) - Date.parse(turn.createdAt) : null;
  return (
    <FactList
      facts={[
        { name: `Turn ${turn.ordinal}`, value: turn.id, mono: true, copy: true },
        { name: "Run", value: turn.runId, mono: true, copy: true },
        { name: "State", value: turn.error ? `${turn.state} (${turn.error.code})` : turn.state },
        { name: "Model", value: turn.model, mono: true },
        { name: "Asked", value: timeOfDay.format(new Date(turn.createdAt)) },
        { name: "Waited", value: waitedMs === null ? null : formatDuration(waitedMs) },
        { name: "Took", value: tookMs === null ? null : formatDuration(tookMs) },
      ]}
    />
  );
}
