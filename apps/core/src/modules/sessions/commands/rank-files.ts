/**
 * The paths that fit a typed text, the best first: its letters in their order, runs of them and beginnings of names
 * counted more, short paths before long ones. Without a text the paths nearest to the root.
 */
export function rankFiles(paths: readonly string[], query: string, max: number): string[] {
  const wanted = query.toLowerCase();
  const scored: { path: string; score: number }[] = [];
  for (const path of paths) {
    const score = scoreOf(path, wanted);
    if (score !== null) scored.push({ path, score });
  }
  return scored
    .toSorted((a, b) => b.score - a.score || a.path.length - b.path.length || a.path.localeCompare(b.path))
    .slice(0, max)
    .map(({ path }) => path);
}

function scoreOf(path: string, wanted: string): number | null {
  const text = path.toLowerCase();
  const depth = path.split("/").length;
  if (wanted === "") return -depth;
  const name = text.slice(text.lastIndexOf("/") + 1);
  if (name.startsWith(wanted)) return 3_000 - depth - name.length;
  if (name.includes(wanted)) return 2_000 - depth - name.length;
  if (text.includes(wanted)) return 1_000 - depth;
  let at = -1;
  let score = 0;
  for (const letter of wanted) {
    const next = text.indexOf(letter, at + 1);
    if (next === -1) return null;
    if (next === at + 1) score += 5;
    if (next === 0 || /[/._-]/.test(text[next - 1] ?? "")) score += 3;
    at = next;
  }
  return score - depth;
}
