import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import type { Part } from "../contract.ts";
import type { StoredMessage } from "../message-repo.ts";
import { holdSandbox } from "./held-sandbox.ts";
import type { HeldTurn } from "./hold-turn.ts";

type FilePart = Extract<Part, { type: "file" }>;

/**
 * Puts the files that the turn's prompt names into it, as they stand in the workspace now: the agent may have changed
 * them since the base commit. False when the fence is lost.
 */
export async function attachFiles(turn: HeldTurn, messages: readonly StoredMessage[]): Promise<boolean> {
  const pending = messages.flatMap(({ parts }) => parts.filter((part) => part.type === "file")).filter((part) => part.state === "pending");
  if (pending.length === 0) return true;
  const parts = await Promise.all(pending.map((part) => read(turn, part).catch((error: unknown) => missingOf(part, error))));
  return turn.writer.write(parts.map((part) => ({ type: "part.updated", data: { part } })));
}

/** A path that the sandbox refuses is no file; a sandbox that does not answer is another matter. */
function missingOf(part: FilePart, error: unknown): FilePart {
  if (error instanceof AppError && error.code !== "UNAVAILABLE" && error.code !== "INTERNAL") return { ...part, state: "missing" };
  throw error;
}

async function read(turn: HeldTurn, part: FilePart): Promise<FilePart> {
  const missing: FilePart = { ...part, state: "missing" };
  const { sandbox } = await holdSandbox(turn.key);
  const stat = await sandbox.stat(part.path);
  if (!stat) return missing;
  if (stat.kind === "directory") {
    const entries = await sandbox.list(part.path, { maxEntries: 200 });
    return { ...part, state: "attached", text: entries.map(({ path }) => path).join("\n"), truncated: entries.length === 200 };
  }
  if (stat.kind !== "file") return missing;
  const { content, truncated } = await sandbox.readFile(part.path, { maxBytes: limits.command.fileMaxBytes });
  const bytes = Buffer.from(content);
  if (bytes.subarray(0, 8_192).includes(0)) return missing;
  return { ...part, state: "attached", text: new TextDecoder().decode(bytes, { stream: truncated }), truncated };
}
