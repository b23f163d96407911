/**
 * Markdown cut where a blank line ends a block, so that a growing text is parsed anew only in its last piece.
 * Lists, quotes, indented lines and fenced code stay whole.
 */
export function splitMarkdown(text: string): string[] {
  const blocks: string[] = [];
  let block: string[] = [];
  let fence: string | null = null;
  let blank = false;
  for (const line of text.split("\n")) {
    const startsAnew = blank && fence === null && block.length > 0 && !continues(line);
    if (startsAnew) {
      blocks.push(block.join("\n"));
      block = [];
    }
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence === null) fence = mark;
    else if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
    blank = line.trim() === "";
    if (!blank || block.length > 0) block.push(line);
  }
  if (block.length > 0) blocks.push(block.join("\n"));
  return blocks;
}

function continues(line: string): boolean {
  return line.trim() === "" || /^(\s{2,}|\t|[-*+]\s|\d{1,9}[.)]\s|>|\[[^\]]+\]:)/.test(line);
}
