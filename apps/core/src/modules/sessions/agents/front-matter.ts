import { parse } from "yaml";
import { quoteLooseValues } from "../../../platform/quote-loose-values.ts";

export type FrontMatter =
  | { readonly ok: true; readonly data: Readonly<Record<string, unknown>>; readonly body: string }
  | { readonly ok: false; readonly message: string };

const fence = /^---[ \t]*\r?\n([\s\S]*?)(?:\r?\n)?---[ \t]*(?:\r?\n|$)/;

/** The YAML between the two `---` lines at the start of a Markdown text, and what follows; a text without is all body. */
export function parseFrontMatter(text: string): FrontMatter {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const match = fence.exec(source);
  if (!match) return { ok: true, data: {}, body: source.trim() };
  const body = source.slice(match[0].length).trim();
  try {
    // No aliases: a few lines of them grow without bound.
    const data: unknown = parse(quoteLooseValues(match[1] ?? ""), { maxAliasCount: 0 });
    if (data === null || data === undefined) return { ok: true, data: {}, body };
    if (typeof data !== "object" || Array.isArray(data)) return { ok: false, message: "The front-matter is not a list of fields." };
    return { ok: true, data: Object.fromEntries(Object.entries(data)), body };
  } catch (error) {
    return {
      ok: false,
      message: `The front-matter is not valid YAML: ${error instanceof Error ? error.message.split("\n", 1)[0] : "unreadable"}`,
    };
  }
}
