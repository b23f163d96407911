/** A path (latin1, byte for byte) as a pattern of git's attributes that fits it alone, quoted as in C. */
export function attributePattern(rawPath: string): string {
  const pattern = `/${rawPath.replace(/[\\*?[]/g, "\\$&")}`;
  return `"${pattern.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t").replace(/\r/g, "\\r")}"`;
}
