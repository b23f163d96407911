const shortest = 8;

/** The ways in which a secret may be written: as it is, line by line, in base64, in a URL. Too short ones would be found everywhere. */
export function secretForms(values: readonly string[]): string[] {
  const forms = values.flatMap((value) => {
    const bytes = Buffer.from(value);
    const lines = value.split(/\r?\n/).map((line) => line.trim());
    return [
      value,
      ...lines,
      bytes.toString("base64").replace(/=+$/, ""),
      bytes.toString("base64url"),
      bytes.toString("hex"),
      encodeURIComponent(value),
    ];
  });
  return [...new Set(forms)].filter((form) => form.length >= shortest);
}
