import { posix } from "node:path";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { readTreeFiles } from "../read-tree-files.ts";
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
  const results: ProjectConfigResult[] = [];
  const found = await readTreeFiles({ ...request, paths: fileNames, maxBytes: limits.projectConfig.maxBytes });
  for (const { path: file, text, problem } of found) {
    if (problem !== null) {
      results.push({ config: {}, problems: [{ severity: "policy", file, line: 1, path: "", message: problem }] });
      continue;
    }
    const readFile: ReadFile = async (name) => {
      const path = posix.normalize(posix.join(posix.dirname(file), name));
      if (name === "" || name.startsWith("/") || name.startsWith("~") || path.startsWith("..")) return null;
      const [other] = await readTreeFiles({ ...request, paths: [path], maxBytes: limits.projectConfig.referencedFileMaxBytes });
      return other ?? null;
    };
    results.push(await parseConfig(file, text, readFile));
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
