// After a space or a bracket, so that an address in a text is none; what ends a sentence does not belong to it.
const mention = /(?<![^\s([{"'])@(?:"([^"\n]{1,400})"|([^\s"'`,;()[\]{}<>]{1,400}))/g;

/** What a text mentions by `@name`: paths and names, as they are written, each once. Code blocks are left alone. */
export function readMentions(text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?(?:```|$)/g, "").replaceAll(/`[^`\n]*`/g, "");
  const found = [...prose.matchAll(mention)].map((match) => match[1] ?? (match[2] ?? "").replace(/[.:!?]+$/, ""));
  return [...new Set(found.map(cleanPath).filter((path) => path !== null))];
}

function cleanPath(path: string): string | null {
  const clean = path.replace(/^\.\//, "").replace(/\/+$/, "");
  return clean === "" || clean.startsWith("/") || clean.split("/").includes("..") ? null : clean;
}
