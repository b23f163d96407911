import type { TurnContext } from "@opencode/core/modules/sessions/get-turn-run.ts";
import { formatCount } from "../../../ui/format-count.ts";
import { FactList } from "./fact-list.tsx";

const sources: Readonly<Record<string, string>> = {
  "system-prompt": "Prompt",
  environment: "Environment",
  instructions: "Rules",
  skills: "Skills",
};
const kilobyte = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** What the model was given when the turn began: prompt, rules files, tools, and how much conversation. */
export function ContextFacts({ context }: { context: TurnContext }) {
  const { pieces, tools, history } = context;
  const hasRules = pieces.some(({ source }) => source === "instructions");
  return (
    <FactList
      facts={[
        ...pieces.map(({ source, id, bytes, truncated }) => ({
          name: sources[source] ?? source,
          value: `${shortId(id)} · ${kilobyte.format(bytes / 1_024)} kB${truncated ? ", cut to fit" : ""}`,
        })),
        { name: "Rules", value: hasRules ? null : "none: the repository has no AGENTS.md" },
        { name: "Tools", value: tools.join(", ") },
        { name: "History", value: `${counted(history.messages, "message")}, ${counted(history.parts, "part")}` },
      ]}
    />
  );
}

const counted = (count: number, what: string): string => `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`;

/** A file's commit as people write it. */
function shortId(id: string): string {
  return id.replace(/@([0-9a-f]{8})[0-9a-f]{32}$/, " at $1");
}
