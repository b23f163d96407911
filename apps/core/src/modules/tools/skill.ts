import { z } from "zod";
import { type AvailableSkill, availableSkills, type SkillScope, skillFiles } from "../skills/index.ts";
import type { ToolResult } from "./contract.ts";
import { limitOutput } from "./limit-output.ts";
import { defineTool, failure, type Tool, type ToolContext } from "./tool.ts";

const inputSchema = z.object({
  name: z.string().trim().min(1).max(200).describe("The skill's name, as the list of available skills has it."),
});
const maxFilesShown = 50;

/** Loads a skill's text: the repository's own at its base commit, or the workspace's. */
export function skillTool(scope: SkillScope): Tool {
  return defineTool({
    name: "skill",
    description:
      "Loads one of the available skills: instructions for a particular kind of work, and where the files that belong to it are.",
    inputSchema,
    readOnly: true,
    subject: ({ name }) => ({ permission: "skill", targets: [name], alwaysRule: name }),
    async execute({ name }, context): Promise<ToolResult> {
      const { skills } = await availableSkills(scope);
      const skill = skills.find((candidate) => candidate.name === name);
      if (!skill) {
        const names = skills.map((candidate) => candidate.name);
        return failure(
          name,
          `There is no skill "${name}". ${names.length > 0 ? `There are: ${names.join(", ")}.` : "There are none here."}`,
        );
      }
      const where = await whereFiles(skill, scope, context);
      if (where === null) return failure(name, `The skill "${name}" was changed at this moment. Load it again.`);
      const limited = await limitOutput(context, `${skill.body}\n`);
      return {
        title: name,
        output: `<skill name="${name}">\n${limited.text.trimEnd()}\n</skill>${where}`,
        exitCode: null,
        isError: false,
        metadata: { skill: { name, ...origin(skill) }, truncated: limited.truncated, outputFile: limited.outputFile },
      };
    },
  });
}

function origin({ origin: from }: AvailableSkill): Readonly<Record<string, unknown>> {
  return from.kind === "repository"
    ? { kind: from.kind, path: from.path, commit: from.commit }
    : { kind: from.kind, id: from.id, version: from.version };
}

/** Null when the skill is in another version by now. */
async function whereFiles(
  { origin: from }: AvailableSkill,
  { workspaceId }: SkillScope,
  { sandbox, callId }: Pick<ToolContext, "sandbox" | "callId">,
): Promise<string | null> {
  if (from.kind === "repository") return listFiles(from.path.slice(0, from.path.lastIndexOf("/")), from.files);
  if (from.files.length === 0) return "";
  // A version never changes: it is put where the session's diff does not see it.
  const directory = `.opencode/output/skills/${from.id}-${from.version}`;
  const files = await skillFiles({ workspaceId, skillId: from.id, version: from.version });
  if (files.length === 0) return null;
  for (const [at, { path, content }] of files.entries()) {
    await sandbox.writeFile(`${callId}-skill-${at}`, `${directory}/${path}`, content);
  }
  return listFiles(
    directory,
    from.files.map((path) => `${directory}/${path}`),
  );
}

function listFiles(directory: string, files: readonly string[]): string {
  if (files.length === 0) return `\nIts directory is /workspace/${directory}.`;
  const shown = files.slice(0, maxFilesShown).map((file) => `- /workspace/${file}`);
  const more = files.length - shown.length;
  return `\nPaths in it are relative to /workspace/${directory}. Its files:\n${shown.join("\n")}${more > 0 ? `\n(and ${more} more)` : ""}`;
}
