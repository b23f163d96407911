import { withTenant } from "../../../platform/database/database.ts";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { readProjectConfig } from "../../repositories/index.ts";
import type { DefinitionProblem } from "../agents/agent.ts";
import { type BaseCommit, readDefinitionFiles, remember } from "../agents/definition-files.ts";
import { builtinCommands } from "./builtin-commands.ts";
import type { Command, CommandSet } from "./command.ts";
import { findCustomCommands } from "./custom-command-repo.ts";
import { parseCommand, parseCommandMarkdown } from "./parse-command.ts";

const folders = [".claude/commands", ".opencode/command", ".opencode/commands"];
const cached = remember<CommandSet>(100);

/** Every command that can be typed there; of the same name the repository's wins over the workspace's, and that over a built-in one. */
export async function listCommands(place: {
  workspaceId: WorkspaceId;
  /** null where no repository is concerned: what repositories define is left out then */
  repositoryId: RepositoryId | null;
  commit: string | null;
}): Promise<CommandSet> {
  const { workspaceId, repositoryId, commit } = place;
  const stored = await withTenant(workspaceId, (tx) => findCustomCommands(tx, workspaceId));
  const commands = new Map<string, Command>(builtinCommands.map((command) => [command.name, command]));
  const problems: DefinitionProblem[] = [];
  for (const { name, definition } of stored) {
    const parsed = parseCommandMarkdown(definition, { name, source: "workspace", path: name });
    problems.push(...parsed.problems);
    if (parsed.value) commands.set(name, parsed.value);
  }
  if (repositoryId !== null && commit !== null) {
    const base = { workspaceId, repositoryId, commit };
    const repository = await cached(`${workspaceId}:${repositoryId}:${commit}`, () => ofRepository(base));
    for (const command of repository.commands) commands.set(command.name, command);
    problems.push(...repository.problems);
  }
  return { commands: [...commands.values()].toSorted((a, b) => a.name.localeCompare(b.name)), problems };
}

async function ofRepository(base: BaseCommit): Promise<CommandSet> {
  const { files, problems } = await readDefinitionFiles(base, folders);
  const commands: Command[] = [];
  const all = [...problems];
  const take = ({ value, problems: found }: ReturnType<typeof parseCommand>) => {
    all.push(...found);
    // What the product does itself can't be replaced by a text.
    if (value && value.name !== "compact") commands.push(value);
  };
  for (const { name, path, text } of files) take(parseCommandMarkdown(text, { name, source: "repository", path }));
  const { config } = await readProjectConfig(base);
  for (const [name, section] of Object.entries(config.command ?? {})) {
    take(parseCommand({ ...section }, { name, source: "repository", path: "opencode.jsonc" }));
  }
  return { commands, problems: all };
}
