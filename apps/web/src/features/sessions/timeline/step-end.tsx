const notes: Readonly<Record<string, string>> = {
  length: "The answer was cut: the model reached its output limit.",
  empty: "The model ended without a word. Send a message to have it go on, or take another model.",
  refusal: "The model refused to go on.",
};

/** The end of a step, when it is out of the ordinary; what each step cost stands under Run. */
export function StepEnd({ finishReason }: { finishReason: string }) {
  const note = notes[finishReason];
  return note ? <p className="text-sm text-warning">{note}</p> : null;
}
