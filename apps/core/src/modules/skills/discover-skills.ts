import type { RepositoryId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { listBaseFiles, readBaseFile, readProjectConfig } from "../repositories/index.ts";
import type { RepositorySkill, SkillProblem } from "./contract.ts";
import { parseSkill } from "./parse-skill.ts";
import { placeSkills, type SkillPlace } from "./place-skills.ts";

export interface CommitKey {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  /** the base commit of a session: what a session writes does not speak to it */
  readonly commit: string;
}

export interface DiscoveredSkills {
  readonly skills: readonly RepositorySkill[];
  readonly problems: readonly SkillProblem[];
}

const { maxSkills, maxFiles, fileMaxBytes } = limits.skill;
/** Where skills live, the first one first: of two with the same name it wins. */
const roots = [".opencode/skills", ".opencode/skill", ".claude/skills", ".agents/skills"];
const maxCached = 100;
const cache = new Map<string, Promise<DiscoveredSkills>>();

/** The skills of a commit, and what was wrong with some. A commit never changes: it is read once a process. */
export function discoverSkills(key: CommitKey): Promise<DiscoveredSkills> {
  const name = `${key.workspaceId}:${key.repositoryId}:${key.commit}`;
  const known = cache.get(name);
  if (known) return known;
  const reading = discover(key);
  cache.set(name, reading);
  reading.catch(() => cache.delete(name));
  const oldest = cache.size > maxCached ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  return reading;
}

async function discover(key: CommitKey): Promise<DiscoveredSkills> {
  const under = [...roots, ...(await configuredPaths(key))];
  const files = await listBaseFiles({ ...key, under, maxFiles });
  if (!files) return { skills: [], problems: [] };
  const { places, problems } = placeSkills(files, under);
  const loaded: (DiscoveredSkills | null)[] = [];
  for (let at = 0; at < Math.min(places.length, maxSkills); at += 8) {
    loaded.push(...(await Promise.all(places.slice(at, Math.min(at + 8, maxSkills)).map((place) => load(key, place)))));
  }
  if (places.length > maxSkills)
    problems.push({
      path: under[0] ?? "",
      severity: "warning",
      message: `There are more than ${maxSkills} skills; the rest was left out.`,
    });
  const merged = loaded.flatMap((entry) => entry ?? []);
  const named = firstOfEachName(merged.flatMap((entry) => entry.skills));
  return { skills: named.skills, problems: [...problems, ...merged.flatMap((entry) => entry.problems), ...named.problems] };
}

/** Further directories that the repository's configuration names; none when it can't be read: that is said elsewhere. */
async function configuredPaths(key: CommitKey): Promise<string[]> {
  const { config } = await readProjectConfig(key).catch(() => ({ config: null }));
  const paths = config?.skills?.paths ?? [];
  return paths.map((path) => path.replace(/^\.?\/+|\/+$/g, "")).filter((path) => path !== "" && !path.split("/").includes(".."));
}

async function load(key: CommitKey, { path, files }: SkillPlace): Promise<DiscoveredSkills | null> {
  const file = await readBaseFile({ ...key, path, maxBytes: fileMaxBytes });
  if (!file) return null;
  const { skill, problems } = parseSkill(file.text, path);
  const cut: SkillProblem[] = file.truncated
    ? [{ path, severity: "warning", message: `It is larger than ${fileMaxBytes} bytes and was cut.` }]
    : [];
  return { skills: skill ? [{ ...skill, path, files }] : [], problems: [...problems, ...cut] };
}

function firstOfEachName(found: readonly RepositorySkill[]): { skills: RepositorySkill[]; problems: SkillProblem[] } {
  const byName = new Map<string, RepositorySkill>();
  const problems: SkillProblem[] = [];
  for (const skill of found) {
    const first = byName.get(skill.name);
    if (first) problems.push({ path: skill.path, severity: "skipped", message: `${first.path} has the same name, and comes first.` });
    else byName.set(skill.name, skill);
  }
  return { skills: [...byName.values()], problems };
}
