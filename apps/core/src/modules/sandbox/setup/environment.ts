import { getNodeValue, type ParseError, parseTree } from "jsonc-parser";
import { z } from "zod";
import type { RepositoryNetwork } from "../network/network-rules.ts";

/** How a repository wants its sandboxes made, read from its base commit, never from what a session made of it. */
export interface SandboxEnvironment {
  /** the file that says so; null: none does */
  readonly source: string | null;
  readonly image: string | null;
  /** run one after the other by `bash -c` in the workspace's root */
  readonly setup: readonly string[];
  /** names of the workspace's setup secrets that these commands are given */
  readonly secrets: readonly string[];
  /** whose it is: results are kept for the same repository only */
  readonly scope: string;
  /** can only narrow the workspace's policy */
  readonly network: RepositoryNetwork;
  /** what was asked for and is not done; it stands in the setup's log */
  readonly notes: readonly string[];
}

/** Where a devcontainer.json may lie, in the order in which they are looked for. */
export const devcontainerFiles = [".devcontainer/devcontainer.json", ".devcontainer.json", "devcontainer.json"] as const;

const commandSchema = z.union([z.string(), z.array(z.string()).min(1)]);
const anyCommandSchema = z.union([commandSchema, z.record(z.string(), commandSchema)]);
const devcontainerSchema = z.object({
  image: z.string().min(1).max(500).optional(),
  onCreateCommand: anyCommandSchema.optional(),
  updateContentCommand: anyCommandSchema.optional(),
  postCreateCommand: anyCommandSchema.optional(),
});
const honoured = ["onCreateCommand", "updateContentCommand", "postCreateCommand"] as const;
const unsupported = [
  "features",
  "build",
  "dockerFile",
  "dockerComposeFile",
  "mounts",
  "runArgs",
  "containerEnv",
  "remoteEnv",
  "postStartCommand",
  "postAttachCommand",
  "initializeCommand",
  "remoteUser",
  "containerUser",
  "forwardPorts",
];

/** Reads a devcontainer.json as far as it means something here: image and the commands that run once. Never throws. */
export function parseDevcontainer(source: string, text: string, scope = ""): SandboxEnvironment {
  const empty: SandboxEnvironment = { scope, source, image: null, setup: [], secrets: [], network: undefined, notes: [] };
  const errors: ParseError[] = [];
  const root = text.length > 256 * 1024 ? undefined : parseTree(text, errors, { allowTrailingComma: true });
  if (!root || errors.length > 0 || root.type !== "object")
    return { ...empty, notes: [`${source} is not JSON with comments; it has no effect`] };
  const value: unknown = getNodeValue(root);
  const parsed = devcontainerSchema.safeParse(value);
  if (!parsed.success) return { ...empty, notes: [`${source} has no effect: ${z.prettifyError(parsed.error).slice(0, 500)}`] };
  const given = new Set((root.children ?? []).map((property) => String(property.children?.[0]?.value)));
  const notes = unsupported.filter((name) => given.has(name)).map((name) => `"${name}" of ${source} is not supported and has no effect`);
  const setup = honoured.flatMap((name) => commandsOf(parsed.data[name]));
  return { ...empty, image: parsed.data.image ?? null, setup, notes };
}

/** A text is for the shell, a list is a program with its arguments, an object holds several of them. */
function commandsOf(command: z.infer<typeof anyCommandSchema> | undefined): string[] {
  if (command === undefined) return [];
  if (typeof command === "string") return command.trim() === "" ? [] : [command];
  if (Array.isArray(command)) return [command.map(quote).join(" ")];
  return Object.values(command).flatMap((one) => commandsOf(one));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
