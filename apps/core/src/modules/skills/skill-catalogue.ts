import type { AvailableSkill } from "./available-skills.ts";
import { catalogueLine } from "./contract.ts";

const head =
  "Skills hold instructions for particular kinds of work. When the task fits one of them, load it with the skill tool before you begin.\n<available_skills>";
const tail = "</available_skills>";

/**
 * The catalogue for the prompt: name and description of each skill, at most about 100 tokens an entry. Within the budget
 * of bytes: when it is too small, the last ones are left out and counted. Empty text when there is no skill.
 */
export function skillCatalogue(
  skills: readonly Pick<AvailableSkill, "name" | "description">[],
  budgetBytes: number,
): { text: string; truncated: boolean } {
  if (skills.length === 0) return { text: "", truncated: false };
  const lines: string[] = [];
  let bytes = Buffer.byteLength(head) + Buffer.byteLength(tail) + 80;
  for (const skill of skills) {
    const line = catalogueLine(skill);
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > budgetBytes) break;
    lines.push(line);
  }
  const omitted = skills.length - lines.length;
  const note = omitted > 0 ? [`(${omitted} more; the skill tool lists all of them when it is called with an unknown name.)`] : [];
  return { text: [head, ...lines, ...note, tail].join("\n"), truncated: omitted > 0 };
}
