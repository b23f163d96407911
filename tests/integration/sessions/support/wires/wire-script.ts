/** What a stand-in says in one model call. */
export interface WireStep {
  readonly thought?: string;
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[];
}

export const lastWord = "Done: the title is edited, and the file is there.";

/** A task in the sample repository: thought, calls at once, a call that fails, an edit, a command that makes a file, and the last word. */
export const wholeTask: readonly WireStep[] = [
  {
    thought: "First I look what is there; three calls at once do.",
    text: "I look around.",
    calls: [
      { name: "grep", input: { pattern: "parse" } },
      { name: "glob", input: { pattern: "**/*.md" } },
      { name: "read", input: { filePath: "README.md" } },
    ],
  },
  { calls: [{ name: "read", input: { filePath: "docs/nothing-here.md" } }] },
  {
    calls: [
      { name: "edit", input: { filePath: "README.md", oldString: "# Tally", newString: "# Edited: Tally" } },
      { name: "bash", input: { command: "printf 'made by hand\\n' > made.txt && wc -l README.md", description: "Makes a file" } },
    ],
  },
  { text: lastWord },
];

/** A step with the ids of its calls: nine letters and digits, which every provider takes. */
export interface PlacedStep {
  readonly thought: string | null;
  readonly text: string | null;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly json: string }[];
}

/** The tokens that every stand-in reports for every call. */
export const reported = { input: 2_000, cached: 500, output: 60, thinking: 20 };

const titled: PlacedStep = { thought: null, text: "A title", calls: [] };

/** Which step of the script a request asks for: the one after the last whose calls it holds. Without tools it wants a title. */
export function stepFor(steps: readonly WireStep[], body: unknown): PlacedStep {
  const text = JSON.stringify(body);
  if (!text.includes('"tools"')) return titled;
  const taken = [...text.matchAll(/\bs(\d\d)[a-j]0{5}\b/g)].map(([, step]) => Number(step));
  const index = Math.max(-1, ...taken) + 1;
  const { thought = null, text: said = null, calls = [] } = steps[index] ?? { text: "The script has ended." };
  return {
    thought,
    text: said,
    calls: calls.map(({ name, input }, at) => ({
      id: `s${String(index).padStart(2, "0")}${"abcdefghij"[at]}00000`,
      name,
      json: JSON.stringify(input),
    })),
  };
}

/** A text in pieces, as a model streams it. */
export function pieces(text: string, size = 24): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
}
