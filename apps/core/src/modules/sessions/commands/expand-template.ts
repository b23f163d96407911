/** The words of a command line: separated by spaces, held together by quotes. */
export function splitArguments(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/**
 * A command's template with its arguments: `$ARGUMENTS` is all of them as typed, `$1`, `$2` … one each, and the highest
 * number takes all that are left. A template that names neither gets them at its end. What arguments hold is text: a
 * `$1` in them stays as it is.
 */
export function expandTemplate(template: string, typed: string): string {
  const words = splitArguments(typed);
  const numbers = [...template.matchAll(/\$(\d{1,2})/g)].map((match) => Number(match[1]));
  const last = Math.max(0, ...numbers);
  const names = /\$ARGUMENTS|\$(\d{1,2})/g;
  const isUsed = /\$ARGUMENTS|\$\d/.test(template);
  const expanded = template.replace(names, (name, digits?: string) => {
    if (name === "$ARGUMENTS") return typed.trim();
    const number = Number(digits);
    if (number === 0) return name;
    return number === last ? words.slice(number - 1).join(" ") : (words[number - 1] ?? "");
  });
  const text = isUsed || typed.trim() === "" ? expanded : `${expanded}\n\n${typed.trim()}`;
  return text.trim();
}
