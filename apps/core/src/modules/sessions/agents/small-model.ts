// A cheap and quick model of the same provider, by the family that the large one is of.
const small: readonly (readonly [RegExp, string])[] = [
  [/^claude-(?!.*haiku)/, "claude-haiku-5-5"],
  [/^gpt-6(?!.*luna)/, "gpt-6-luna"],
  [/^gpt-5(?!.*(mini|nano))/, "gpt-5-mini"],
  [/^gpt-4(?!.*mini)/, "gpt-4.1-mini"],
  [/^gemini-(?!.*flash)/, "gemini-2.5-flash"],
];

/** The small model that goes with a model; null when none is known, and the model itself is then as good. */
export function smallModelOf(model: string): string | null {
  const slash = model.indexOf("/");
  const name = model.slice(slash + 1);
  const found = small.find(([pattern]) => pattern.test(name));
  return found && slash > 0 ? `${model.slice(0, slash)}/${found[1]}` : null;
}
