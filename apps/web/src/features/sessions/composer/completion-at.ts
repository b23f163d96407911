/** What is being typed at the caret that could be completed: a command at the very start, or a mention anywhere. */
export interface CompletionAt {
  readonly kind: "command" | "mention";
  readonly query: string;
  /** where the sign stands, and where what was typed ends */
  readonly start: number;
  readonly end: number;
}

/** Null when nothing that could be completed stands right before the caret. */
export function completionAt(text: string, caret: number): CompletionAt | null {
  const before = text.slice(0, caret);
  const command = /^\/([a-z0-9-_/:]*)$/i.exec(before);
  if (command) return { kind: "command", query: command[1] ?? "", start: 0, end: caret };
  const mention = /(?:^|[\s([{"'])@([^\s@"'`,;()[\]{}<>]*)$/.exec(before);
  if (!mention) return null;
  const query = mention[1] ?? "";
  return { kind: "mention", query, start: caret - query.length - 1, end: caret };
}

/** The text with a completion in place of what was typed, and where the caret stands then. */
export function complete(text: string, at: CompletionAt, value: string): { text: string; caret: number } {
  const sign = at.kind === "command" ? "/" : "@";
  const rest = text.slice(at.end);
  const inserted = `${sign}${value}${rest.startsWith(" ") ? "" : " "}`;
  return { text: text.slice(0, at.start) + inserted + rest, caret: at.start + inserted.length + (rest.startsWith(" ") ? 1 : 0) };
}
