import { z } from "zod";
import { type AvailableSkill, availableSkills, type SkillScope } from "../skills/index.ts";
import type { ToolResult } from "./contract.ts";
import { limitOutput } from "./limit-output.ts";
import { defineTool, failure, type Tool } from "./tool.ts";

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
      const limited = await limitOutput(context, `${skill.body}\n`);
      return {
        title: name,
        output: `<skill name="${name}">\n${limited.text.trimEnd()}\n</skill>${whereFiles(skill)}`,
        exitCode: null,
        isError: false,
        metadata: { skill: { name, ...origin(skill) }, truncated: limited.truncated, outputFile: limited.outputFile },
      };
    },
  });
}

function origin({ origin: from }: AvailableSkill): Readonly<Record<string, unknown>> {
  return from.kind === "repository" ? { kind: from.kind, path: from.path, commit: from.commit } : from;
}

function whereFiles({ origin: from }: AvailableSkill): string {
  if (from.kind === "workspace") return "";
  const directory = `/workspace/${from.path.slice(0, from.path.lastIndexOf("/"))}`;
  if (from.files.length === 0) return `\nIts directory is ${directory}.`;
  const shown = from.files.slice(0, maxFilesShown).map((file) => `- /workspace/${file}`);
  const more = from.files.length - shown.length;
  return `\nPaths in it are relative to ${directory}. Its files:\n${shown.join("\n")}${more > 0 ? `\n(and ${more} more)` : ""}`;
}
