import { buildHistory } from "../agent-loop/build-history.ts";
import type { StoredMessage } from "../message-repo.ts";

const longestOutput = 2_000;

/**
 * What is to be summed up, as one text: it is read, not gone on with. Where it is too long the oldest goes, but for the
 * very first, which is an earlier summary or the first prompt.
 */
export function transcriptOf(head: readonly StoredMessage[], maxChars: number): string {
  const lines = buildHistory(head).flatMap(({ role, content }) =>
    content.map((entry) => {
      if (entry.type === "text") return `<${role}>\n${entry.text}\n</${role}>`;
      if (entry.type === "tool-call") return `<call tool="${entry.name}">\n${shorten(JSON.stringify(entry.input))}\n</call>`;
      return entry.type === "tool-result" ? `<result>\n${shorten(entry.output)}\n</result>` : "";
    }),
  );
  const [first = "", ...later] = lines.filter((text) => text !== "");
  // A summary stands at the end of what is sent in its place.
  const opening = first.length > maxChars / 2 ? `[…]\n${first.slice(-maxChars / 2)}` : first;
  let left = maxChars - opening.length;
  const kept: string[] = [];
  for (const line of later.toReversed()) {
    left -= line.length;
    if (left < 0) break;
    kept.unshift(line);
  }
  const gap = kept.length < later.length ? ["[what was said in between is left out]"] : [];
  return `<conversation>\n${[opening, ...gap, ...kept].join("\n")}\n</conversation>`;
}

function shorten(text: string): string {
  if (text.length <= longestOutput) return text;
  return `${text.slice(0, longestOutput / 2)}\n[…]\n${text.slice(-longestOutput / 2)}`;
}
