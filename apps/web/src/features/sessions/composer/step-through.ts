/** The place of the prompt that an arrow leads to; `history.length` stands for the empty field; null: the arrow is the text's own. */
export function stepThrough(history: readonly string[], value: string, at: number, move: -1 | 1): number | null {
  const from = value === "" ? history.length : history[at] === value ? at : null;
  if (from === null) return null;
  const next = from + move;
  return next < 0 || next > history.length ? null : next;
}
