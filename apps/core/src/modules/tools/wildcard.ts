/**
 * Whether the whole of `text` fits `pattern`: `*` is any run of characters (line ends too), `?` exactly one, everything
 * else itself. A pattern that ends in " *" also fits the text without arguments: `rm *` fits `rm`.
 * Greedy with one point of return, so its time is at most the product of both lengths whatever the pattern is.
 */
export function wildcardMatches(pattern: string, text: string): boolean {
  return fits(pattern, text) || (pattern.endsWith(" *") && fits(pattern.slice(0, -2), text));
}

/** Whether any text that begins with `start` fits the pattern: what a star takes, it takes to the end of the start. */
export function wildcardReaches(pattern: string, start: string): boolean {
  for (let at = 0; at < start.length; at++) {
    if (pattern[at] === "*") return true;
    if (pattern[at] !== "?" && pattern[at] !== start[at]) return false;
  }
  return true;
}

function fits(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (position < text.length) {
    if (pattern[at] === "*") {
      starAt = at++;
      resumeAt = position;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[position])) {
      at++;
      position++;
    } else if (starAt >= 0) {
      at = starAt + 1;
      position = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
