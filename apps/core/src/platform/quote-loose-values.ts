/**
 * YAML whose plain values hold a second colon, with those values quoted: "description: Use this when: …" is common in
 * front-matter that was written for readers less strict than YAML's.
 */
export function quoteLooseValues(yaml: string): string {
  return yaml
    .split("\n")
    .map((line) => {
      const match = /^([A-Za-z][\w-]*):[ \t]+(?![\s"'[{|>&*!#])(.*:[ \t].*)$/.exec(line.replace(/\r$/, ""));
      return match ? `${match[1]}: ${JSON.stringify(match[2])}` : line;
    })
    .join("\n");
}
