const maxChars = 80;

/** A session's title: the first line of its first prompt that says something, cut at a word. */
export function titleOf(prompt: string): string {
  const line =
    prompt
      .split(/\r?\n/)
      .map((text) => text.replaceAll(/\s+/g, " ").trim())
      .find((text) => text.length > 0) ?? "";
  if (line.length <= maxChars) return line;
  const cut = line.slice(0, maxChars);
  const space = cut.lastIndexOf(" ");
  return `${(space > maxChars / 2 ? cut.slice(0, space) : cut).trimEnd().toWellFormed()}…`;
}

/** Whether the title is less than the prompt: then a model may find a better one. */
export function needsTitle(prompt: string): boolean {
  return prompt.trim().replaceAll(/\s+/g, " ") !== titleOf(prompt);
}
