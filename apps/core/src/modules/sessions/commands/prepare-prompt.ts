import { AppError } from "../../../platform/errors.ts";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { listBaseFiles } from "../../repositories/index.ts";
import { listAgents } from "../agents/list-agents.ts";
import type { AttachedImage } from "../part-images/prompt-images.ts";
import type { Command } from "./command.ts";
import { expandTemplate } from "./expand-template.ts";
import { listCommands } from "./list-commands.ts";
import { readMentions } from "./read-mentions.ts";

interface PromptPlace {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly commit: string | null;
}

/** What a prompt means besides its text; the text is kept as it was typed. */
export interface PreparedPrompt {
  readonly text: string;
  /** what its command became; null: the text itself is sent */
  readonly expanded: string | null;
  readonly files: readonly string[];
  readonly agents: readonly string[];
  readonly images: readonly AttachedImage[];
  /** the command is for a sub-agent */
  readonly subtask: { readonly agent: string; readonly description: string } | null;
  /** the command names them; null: whoever and whatever was chosen */
  readonly agent: string | null;
  readonly model: string | null;
}

/** A prompt that is text and nothing else. */
export const plainPrompt = (text: string): PreparedPrompt => ({
  text,
  expanded: null,
  files: [],
  agents: [],
  images: [],
  subtask: null,
  agent: null,
  model: null,
});

const commandLine = /^\/([a-z0-9][a-z0-9-_/:]*)(?:\s+([\s\S]*))?$/;

/**
 * Reads the command at a prompt's start and the files and agents that it mentions. What is no command of this place
 * (`/usr/bin is missing`) is text. BAD_REQUEST when the arguments or what they become are too long.
 */
export async function preparePrompt(place: PromptPlace, text: string): Promise<PreparedPrompt> {
  const command = text.startsWith("/") ? await findCommand(place, text.trim()) : null;
  const expanded = command ? expand(command.command, command.typed) : null;
  const mentions = readMentions(expanded ?? text);
  if (mentions.length === 0) return { ...plainPrompt(text), ...commandOf(command?.command ?? null, expanded) };
  const [{ agents }, paths] = await Promise.all([
    listAgents(place),
    place.commit === null ? null : listBaseFiles({ ...place, commit: place.commit, maxFiles: limits.command.maxListedFiles }),
  ]);
  const names = new Set(agents.filter((agent) => agent.mode !== "primary" && !agent.hidden).map((agent) => agent.name));
  const known = paths === null ? null : new Set(paths.flatMap(withFolders));
  return {
    ...plainPrompt(text),
    ...commandOf(command?.command ?? null, expanded),
    agents: mentions.filter((name) => names.has(name)),
    // Where the tree can't be read here, the turn finds out what is there.
    files: mentions.filter((name) => !names.has(name) && (known ? known.has(name) : /[./]/.test(name))).slice(0, limits.command.maxFiles),
  };
}

async function findCommand(place: PromptPlace, text: string): Promise<{ command: Command; typed: string } | null> {
  const match = commandLine.exec(text);
  if (!match) return null;
  const { commands } = await listCommands(place);
  const command = commands.find(({ name }) => name === match[1]);
  if (!command || command.name === "compact") return null;
  return { command, typed: match[2] ?? "" };
}

function expand(command: Command, typed: string): string {
  if (typed.length > limits.command.argumentsMaxChars) {
    throw new AppError(
      "BAD_REQUEST",
      `A command's arguments may have ${limits.command.argumentsMaxChars.toLocaleString("en")} characters at most.`,
    );
  }
  const text = expandTemplate(command.template, typed);
  if (text.length > limits.prompt.maxChars) throw new AppError("BAD_REQUEST", `/${command.name} becomes longer than a prompt may be.`);
  return text;
}

function commandOf(command: Command | null, expanded: string | null): Pick<PreparedPrompt, "expanded" | "subtask" | "agent" | "model"> {
  if (!command) return { expanded, subtask: null, agent: null, model: null };
  const { agent, model, subtask } = command;
  if (!subtask) return { expanded, subtask: null, agent, model };
  return {
    expanded,
    subtask: { agent: agent ?? "general", description: command.description || `/${command.name}` },
    agent: null,
    model: null,
  };
}

function withFolders(path: string): string[] {
  const parts = path.split("/");
  return [path, ...parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"))];
}
