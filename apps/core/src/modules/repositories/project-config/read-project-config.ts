import { posix } from "node:path";
import { z } from "zod";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { mirrorPath } from "../data-paths.ts";
import { runGit } from "../git.ts";
import { baseInput, mirrorCall } from "../mirror-machine.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { parseConfig, type ReadFile } from "./parse-config.ts";
import type { ProjectConfig } from "./project-config-schema.ts";

export interface ProjectConfigRequest {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  /** the base commit of a session, never what a session made of it */
  readonly commit: string;
}

export interface ProjectConfigResult {
  readonly config: ProjectConfig;
  readonly problems: readonly ConfigProblem[];
}

/** In the order in which they are heard: a section of a later file replaces an earlier one's, its rules are added. */
const fileNames = ["opencode.json", "opencode.jsonc", ".opencode/opencode.json", ".opencode/opencode.jsonc"] as const;

const maxCached = 200;
const cache = new Map<string, Promise<ProjectConfigResult>>();

/**
 * What the repository says about itself in that commit, read from its mirror. A repository without such a file has an
 * empty configuration; mistakes are problems, of which those of severity "policy" mean that nothing may run. Rejects
 * when the commit itself can't be read: that it forbids nothing is not known then.
 */
export function readProjectConfig(request: ProjectConfigRequest): Promise<ProjectConfigResult> {
  const key = `${request.workspaceId}:${request.repositoryId}:${request.commit}`;
  const known = cache.get(key);
  if (known) return known;
  const reading = readFiles(request);
  cache.set(key, reading);
  reading.catch(() => cache.delete(key));
  const oldest = cache.size > maxCached ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  return reading;
}

async function readFiles(request: ProjectConfigRequest): Promise<ProjectConfigResult> {
  const read = (path: string, maxBytes: number) => readTreeFile({ ...request, path, maxBytes });
  const results: ProjectConfigResult[] = [];
  for (const file of fileNames) {
    const found = await read(file, limits.projectConfig.maxBytes);
    if (found === null) continue;
    if (found.problem !== null) {
      results.push({ config: {}, problems: [{ severity: "policy", file, line: 1, path: "", message: found.problem }] });
      continue;
    }
    const readFile: ReadFile = async (name) => {
      const path = posix.normalize(posix.join(posix.dirname(file), name));
      if (name === "" || name.startsWith("/") || name.startsWith("~") || path.startsWith("..")) return null;
      const other = await read(path, limits.projectConfig.referencedFileMaxBytes);
      return other === null ? null : { text: other.text, truncated: other.problem !== null };
    };
    results.push(await parseConfig(file, found.text, readFile));
  }
  return { config: results.map((result) => result.config).reduce(merge, {}), problems: results.flatMap((result) => result.problems) };
}

function merge(first: ProjectConfig, second: ProjectConfig): ProjectConfig {
  const permission = [...(first.permission ?? []), ...(second.permission ?? [])];
  return {
    ...first,
    ...second,
    ...(first.agent || second.agent ? { agent: mergeAgents(first.agent ?? {}, second.agent ?? {}) } : {}),
    ...(first.command || second.command ? { command: { ...first.command, ...second.command } } : {}),
    ...(first.mcp || second.mcp ? { mcp: { ...first.mcp, ...second.mcp } } : {}),
    ...(permission.length > 0 ? { permission } : {}),
  };
}

type Agents = NonNullable<ProjectConfig["agent"]>;

/** An agent that both files speak of: what one of them forbids is not forgotten because the other gives it a model. */
function mergeAgents(first: Agents, second: Agents): Agents {
  const merged: Agents = { ...first };
  for (const [name, agent] of Object.entries(second)) {
    const before = Object.hasOwn(first, name) ? first[name] : undefined;
    const tools = [...(before?.tools ?? []), ...(agent.tools ?? [])];
    const permission = [...(before?.permission ?? []), ...(agent.permission ?? [])];
    merged[name] = { ...before, ...agent, ...(tools.length > 0 ? { tools } : {}), ...(permission.length > 0 ? { permission } : {}) };
  }
  return merged;
}

const treeFileSchema = z.object({
  text: z.string(),
  /** why it was not read */
  problem: z.string().nullable(),
});
const treeFileInput = baseInput.extend({ path: z.string(), maxBytes: z.number().int() });

/** Reads a regular file of a commit. No such file is null; no such commit throws. */
const readTreeFile = mirrorCall(
  "config-file",
  treeFileInput,
  treeFileSchema.nullable(),
  async ({ repositoryId, commit, path, maxBytes }) => {
    const gitDir = mirrorPath(repositoryId);
    const listed = await runGit(["ls-tree", "-z", "--long", commit, "--", path], { gitDir, environment: { GIT_LITERAL_PATHSPECS: "1" } });
    const [entry] = listed.toString("utf8").split("\0");
    const [mode, kind, id, size] = (entry?.split("\t")[0] ?? "").split(/ +/);
    if (!entry || !id) return null;
    if (kind !== "blob" || mode === "120000") return { text: "", problem: "is no regular file, and links are not followed" };
    if (Number(size) > maxBytes) return { text: "", problem: `is larger than ${maxBytes.toLocaleString("en")} bytes` };
    const bytes = await runGit(["cat-file", "blob", id], { gitDir, maxOutputBytes: maxBytes + 1 });
    try {
      return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), problem: null };
    } catch {
      return { text: "", problem: "is not UTF-8 text" };
    }
  },
);
