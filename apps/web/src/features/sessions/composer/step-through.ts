/** Whether an arrow has no line of the text's own to go to: no line break stands before the caret (up) or behind it (down). */
export function isAtEdge(value: string, caret: { selectionStart: number; selectionEnd: number }, move: -1 | 1): boolean {
  return !(move === -1 ? value.slice(0, caret.selectionStart) : value.slice(caret.selectionEnd)).includes("\n");
}

/** The place of the prompt that an arrow leads to; `history.length` stands for the empty field; null: the arrow is the text's own. */
export function stepThrough(history: readonly string[], value: string, at: number, move: -1 | 1): number | null {
  const from = value === "" ? history.length : history[at] === value ? at : null;
  if (from === null) return null;
  const next = from + move;
  return next < 0 || next > history.length ? null : next;
}
