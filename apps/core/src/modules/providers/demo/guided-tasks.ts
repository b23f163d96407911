import type { GuidedTask } from "../contract.ts";

export const guidedTaskIds = ["fix-failing-test", "add-csv-export", "remove-legacy-formatter"] as const;
export type GuidedTaskId = (typeof guidedTaskIds)[number];

/** The tasks that the demo model can play on the sample repository. A prompt is recognised by its wording. */
export const guidedTasks: readonly (GuidedTask & { readonly id: GuidedTaskId })[] = [
  {
    id: "fix-failing-test",
    title: "Fix the failing test",
    prompt: "One test fails. Find out why, fix the code (not the test), and run all tests again.",
  },
  {
    id: "add-csv-export",
    title: "Add the CSV export, with its test",
    prompt: "Add the CSV export that the README describes as planned, with a test of its own.",
  },
  {
    id: "remove-legacy-formatter",
    title: "Remove the legacy formatter",
    prompt: "Move every use of the legacy amount formatter to formatMoney, then delete the legacy file.",
  },
];

function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, " ")
    .trim();
}

const byWording = new Map(guidedTasks.map((task) => [normalise(task.prompt), task.id]));

/** The guided task that a prompt asks for; case, spaces and punctuation don't matter. */
export function recogniseTask(prompt: string): GuidedTaskId | null {
  return byWording.get(normalise(prompt)) ?? null;
}
