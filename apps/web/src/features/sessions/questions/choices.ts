/** What is chosen and written for one question. */
export interface Choice {
  readonly options: readonly string[];
  readonly text: string;
}

export const emptyChoice: Choice = { options: [], text: "" };

/** The choice after an option was clicked; where only one answer fits, it takes the place of all else. */
export function toggleOption(choice: Choice, label: string, multiple: boolean): Choice {
  if (!multiple) return { options: [label], text: "" };
  const options = choice.options.includes(label) ? choice.options.filter((each) => each !== label) : [...choice.options, label];
  return { ...choice, options };
}

/** The answers as they are sent: for each question its options, then what was written. */
export function answersOf(choices: readonly Choice[]): string[][] {
  return choices.map(({ options, text }) => (text.trim() === "" ? [...options] : [...options, text.trim()]));
}
