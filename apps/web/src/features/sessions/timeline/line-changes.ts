export interface LineChange {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** What replacing one text by another changes, by line: the lines that both begin and end with stay. */
export function lineChanges(before: string, after: string): LineChange[] {
  const old = before === "" ? [] : before.split("\n");
  const fresh = after === "" ? [] : after.split("\n");
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
  const mark = (kind: LineChange["kind"], lines: readonly string[]) => lines.map((text) => ({ kind, text }));
  return [
    ...mark("same", old.slice(0, head)),
    ...mark("removed", old.slice(head, old.length - tail)),
    ...mark("added", fresh.slice(head, fresh.length - tail)),
    ...mark("same", old.slice(old.length - tail)),
  ];
}
