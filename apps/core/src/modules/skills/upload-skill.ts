import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { type SkillInput, type SkillUpload, type SkillView, skillInputSchema } from "./contract.ts";
import { parseSkill } from "./parse-skill.ts";
import { findSkills, type SkillFileContent } from "./repo.ts";
import { changeSkill, createSkill } from "./save-skill.ts";

const { maxFiles, fileMaxBytes, totalMaxBytes } = limits.skillFiles;

const refused = (message: string) => new AppError("UNPROCESSABLE", message);

/**
 * Publishes a folder with a SKILL.md as a skill of the workspace, its other files with it. Strict: what the specification
 * forbids is refused with the reason. Throws CONFLICT when there is a skill of its name, unless `replaces` names its version.
 */
export async function uploadSkill(
  request: SkillUpload & { readonly workspaceId: WorkspaceId; readonly actorId: UserId },
): Promise<SkillView> {
  const { workspaceId, actorId, replaces } = request;
  const { input, files } = readFolder(request.files);
  if (replaces === undefined) return createSkill({ workspaceId, actorId, input, files });
  const known = (await withTenant(workspaceId, (tx) => findSkills(tx, workspaceId))).find(({ name }) => name === input.name);
  if (!known) return createSkill({ workspaceId, actorId, input, files });
  return changeSkill({ workspaceId, actorId, skillId: known.id, version: replaces, change: input, files });
}

function readFolder(given: SkillUpload["files"]): { input: SkillInput; files: SkillFileContent[] } {
  const { directory, files } = withoutTop(given.map(({ path, content }) => ({ path, content: Buffer.from(content, "base64") })));
  const names = files.map(({ path }) => path.toLowerCase());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw refused(`${twice} is in it twice; capital letters make no difference.`);
  const main = files.find(({ path }) => path === "SKILL.md");
  if (!main) throw refused("There is no SKILL.md at its top: a skill is a folder with that file, and what belongs to it.");
  const rest = files.filter((file) => file !== main);
  const large = files.find(({ content }) => content.length > fileMaxBytes);
  if (large) throw refused(`${large.path} is larger than ${fileMaxBytes / 1024} KB.`);
  if (rest.length > maxFiles) throw refused(`A skill has at most ${maxFiles} files beside its SKILL.md; this one has ${rest.length}.`);
  if (files.reduce((sum, { content }) => sum + content.length, 0) > totalMaxBytes)
    throw refused(`All its files together are larger than ${totalMaxBytes / 1024 / 1024} MB.`);
  return { input: readMain(main.content, directory), files: rest };
}

/** A folder's own name stands before every path when it comes as one. */
function withoutTop(files: readonly SkillFileContent[]): { directory: string | null; files: readonly SkillFileContent[] } {
  const [top = ""] = files[0]?.path.split("/") ?? [];
  if (files.some(({ path }) => path === "SKILL.md") || !files.every(({ path }) => path.startsWith(`${top}/`)))
    return { directory: null, files };
  return { directory: top, files: files.map(({ path, content }) => ({ path: path.slice(top.length + 1), content })) };
}

function readMain(content: Uint8Array, directory: string | null): SkillInput {
  const text = Buffer.from(content).toString("utf8");
  // Files without a folder around them have no name that the skill's would have to be equal to.
  const name = directory ?? parseSkill(text, "/SKILL.md").skill?.name ?? "";
  const { skill, problems } = parseSkill(text, `${name}/SKILL.md`);
  const [problem] = problems;
  if (!skill || problem) throw refused(`SKILL.md: ${problem?.message ?? "it can't be read."}`);
  const parsed = skillInputSchema.safeParse(skill);
  if (!parsed.success) throw refused(`SKILL.md: ${parsed.error.issues[0]?.message ?? "it can't be read."}`);
  return parsed.data;
}
