import { isMap, isScalar, LineCounter, parse, parseDocument, YAMLParseError } from "yaml";
import { quoteLooseValues } from "../../../platform/quote-loose-values.ts";

export type FrontMatter =
  | { readonly ok: true; readonly data: Readonly<Record<string, unknown>>; readonly body: string }
  | {
      readonly ok: false;
      readonly message: string;
      /** where it stops making sense, counted from 1, and what was meant to be read */
      readonly line: number;
      readonly source: string;
    };

const fence = /^(\s*)---[ \t]*\r?\n([\s\S]*?)(?:\r?\n)?---[ \t]*(?:\r?\n|$)/;
// A dash line that opens fields and is never closed; one above plain text is a rule of Markdown.
const unclosed = /^\s*---[ \t]*\r?\n[A-Za-z][\w-]*:/;

const linesIn = (text = ""): number => text.split("\n").length - 1;

/** The YAML between the two `---` lines at the start of a Markdown text, and what follows; a text without is all body. */
export function parseFrontMatter(text: string): FrontMatter {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const match = fence.exec(source);
  if (!match && unclosed.test(source))
    return { ok: false, message: 'The front-matter has no end: a second line "---" is missing.', line: 1, source };
  if (!match) return { ok: true, data: {}, body: source.trim() };
  const linesBefore = linesIn(match[1]);
  const body = source.slice(match[0].length).trim();
  const failed = (message: string, line = 1) => ({ ok: false, message, line: line + linesBefore, source: match[2] ?? "" }) as const;
  try {
    // No aliases: a few lines of them grow without bound.
    const data: unknown = parse(quoteLooseValues(match[2] ?? ""), { maxAliasCount: 0 });
    if (data === null || data === undefined) return { ok: true, data: {}, body };
    if (typeof data !== "object" || Array.isArray(data)) return failed("The front-matter is not a list of fields.");
    return { ok: true, data: Object.fromEntries(Object.entries(data)), body };
  } catch (error) {
    // The dashes are a line of their own.
    const line = error instanceof YAMLParseError ? (error.linePos?.[0].line ?? 0) + 1 : 1;
    return failed(`The front-matter is not valid YAML: ${error instanceof Error ? error.message.split("\n", 1)[0] : "unreadable"}`, line);
  }
}

/** The line of a Markdown text, counted from 1, in which a field of its front-matter stands; 1 when it can't be found. */
export function lineOfField(text: string, path: readonly string[]): number {
  const [, before, yaml] = fence.exec(text.startsWith("\uFEFF") ? text.slice(1) : text) ?? [];
  if (yaml === undefined) return 1;
  const lineCounter = new LineCounter();
  const document = parseDocument(quoteLooseValues(yaml), { lineCounter });
  const parent = path.length < 2 ? document.contents : document.getIn(path.slice(0, -1), true);
  // The key's place: a map's own begins at its first entry, a line further down.
  const key = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === path.at(-1))?.key : null;
  const at = isScalar(key) ? key.range?.[0] : undefined;
  return at === undefined ? 1 : lineCounter.linePos(at).line + 1 + linesIn(before);
}
