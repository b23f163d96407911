import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import { sandboxAvailability } from "../../sandbox/index.ts";
import { toModelTool } from "../../tools/index.ts";
import { changeSession } from "../change-session.ts";
import type { TurnError } from "../contract.ts";
import type { WriterKey } from "../event-log-repo.ts";
import { countHistory } from "../message-repo.ts";
import { turnLayers } from "../permissions/turn-layers.ts";
import { getSessionRecord, updateTurnFenced } from "../repo.ts";
import { assembleContext, type ContextPiece, type ContextProvider, gatherPieces, sha256 } from "./context-pieces.ts";
import { holdSandbox } from "./held-sandbox.ts";
import { type HeldTurn, holdTurn, type Lost, lost } from "./hold-turn.ts";
import { instructionsProvider, type TurnContextInput } from "./instructions-provider.ts";
import { skillsProvider } from "./skills-provider.ts";
import { systemPrompt, systemPromptVersion } from "./system-prompt.ts";
import { turnTools } from "./turn-tools.ts";

const promptProvider: ContextProvider<TurnContextInput> = {
  source: "system-prompt",
  budgetBytes: Buffer.byteLength(systemPrompt),
  provide: async (): Promise<ContextPiece[]> => [
    { source: "system-prompt", id: systemPromptVersion, text: systemPrompt, truncated: false },
  ],
};

// Memory joins here, with its budget.
const providersFor = (key: WriterKey) => [promptProvider, instructionsProvider, skillsProvider(key)];

export type ContextResult = { readonly outcome: "ready" } | { readonly outcome: "failed"; readonly error: TurnError } | Lost;

/** Opens the sandbox, gathers what the model is told, and records it in the turn. What nobody can mend by waiting is a failed turn. */
export async function prepareContext(key: WriterKey): Promise<ContextResult> {
  return holdTurn(key, async (turn) => {
    const availability = await sandboxAvailability();
    if (!availability.available) return noSandbox(turn, availability);
    try {
      await holdSandbox(key);
    } catch (error) {
      if (error instanceof AppError && error.code !== "UNAVAILABLE" && error.code !== "INTERNAL") return failed(error.code, error.message);
      throw error;
    }
    const session = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, key));
    if (session.baseCommit === null) throw new Error("a filled sandbox without a base commit");
    const { malformed } = await turnLayers(key);
    if (malformed !== null) return failed("POLICY_MALFORMED", malformed);
    const pieces = await gatherPieces(providersFor(key), {
      workspaceId: key.workspaceId,
      repositoryId: session.repositoryId as RepositoryId,
      baseCommit: session.baseCommit,
    });
    const tools = (await turnTools(key)).list.map((tool) => ({ name: tool.name, sha256: sha256(JSON.stringify(toModelTool(tool))) }));
    const recorded = await changeSession(key, async ({ tx }) => {
      const record = { ...assembleContext(pieces), tools, history: await countHistory(tx, key) };
      return updateTurnFenced(tx, key, { contextRecord: record });
    });
    return recorded ? { outcome: "ready" } : lost;
  });
}

async function noSandbox(turn: HeldTurn, problem: { reason: string; install: string }): Promise<ContextResult> {
  const message = `There is no sandbox on this machine, and the agent never works outside of one. ${problem.reason} ${problem.install}`;
  await turn.writer.write([{ type: "sandbox.updated", data: { state: "failed", driver: "", error: message } }]);
  return failed("SANDBOX_UNAVAILABLE", message);
}

function failed(code: string, message: string): ContextResult {
  const settingsPath =
    code === "POLICY_MALFORMED" ? "settings/permissions" : code === "NOT_FOUND" || code === "UNPROCESSABLE" ? "repositories" : null;
  return { outcome: "failed", error: { code, message, retryable: code === "SANDBOX_UNAVAILABLE" || settingsPath !== null, settingsPath } };
}
