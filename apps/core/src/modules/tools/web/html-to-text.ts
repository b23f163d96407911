import TurndownService from "turndown";
import { limits } from "../../../platform/limits.ts";

// What is no text of the page. Taken out before parsing: most of a page's size is here.
const noise = /<(script|style|noscript|svg|template|iframe|canvas|object|head)\b[^>]*>[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi;

let service: TurndownService | undefined;

function turndown(): TurndownService {
  if (service) return service;
  service = new TurndownService({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-", emDelimiter: "*" });
  service.remove(["script", "style", "noscript", "form", "button", "input", "select", "textarea"]);
  // A picture's bytes in its address say nothing to a reader.
  service.addRule("picture", {
    filter: "img",
    replacement: (_content, node) => {
      const alt = node.getAttribute("alt")?.trim() ?? "";
      const source = node.getAttribute("src") ?? "";
      return alt === "" && source.startsWith("data:") ? "" : source.startsWith("data:") ? `[${alt}]` : `![${alt}](${source})`;
    },
  });
  service.addRule("table-row", { filter: "tr", replacement: (content) => `${content.trim()}\n` });
  service.addRule("table-cell", { filter: ["td", "th"], replacement: (content) => `${content.trim().replace(/\n+/g, " ")} | ` });
  return service;
}

/** The part of a page that is worth parsing, and its title. Parsing takes the process for itself: its size is bounded. */
function reduce(html: string): { body: string; title: string; cut: boolean } {
  const title = decodeEntities(/<title[^>]*>([^<]{0,500})/i.exec(html)?.[1] ?? "").trim();
  const body = html.replace(noise, "");
  const most = limits.webFetch.htmlMaxChars;
  return { body: body.slice(0, most), title, cut: body.length > most };
}

/** A page's HTML as Markdown: headings, lists, links, code and tables; scripts, styles and forms are left out. */
export function htmlToMarkdown(html: string): { text: string; title: string; cut: boolean } {
  const { body, title, cut } = reduce(html);
  const text = turndown()
    .turndown(body)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return { text, title, cut };
}

/** A page's words, without any marks. */
export function htmlToPlainText(html: string): { text: string; title: string; cut: boolean } {
  const { body, title, cut } = reduce(html);
  const lines = body
    .replace(/<(?:br|hr)\b[^>]*>|<\/(?:p|div|li|tr|h[1-6]|section|article|header|footer|ul|ol|table|pre|blockquote|dd|dt)\s*>/gi, "\n")
    .replace(/<[^>]*>/g, "");
  return {
    text: decodeEntities(lines)
      .replace(/[ \t]+/g, " ")
      .replace(/ ?\n ?/g, "\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim(),
    title,
    cut,
  };
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  mdash: "—",
  ndash: "–",
  hellip: "…",
  copy: "©",
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,10}));/gi, (whole, decimal, hex, name) => {
    const point = decimal ? Number.parseInt(decimal, 10) : hex ? Number.parseInt(hex, 16) : null;
    if (point !== null) return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    return named[name.toLowerCase()] ?? whole;
  });
}
