import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { primeCallSetup } from "../../providers/index.ts";
import { type ProjectConfig, readProjectConfig } from "../../repositories/index.ts";
import { sandboxAvailability } from "../../sandbox/index.ts";
import { toModelTool } from "../../tools/index.ts";
import type { Agent } from "../agents/agent.ts";
import { findAgentRecords, turnAgents } from "../agents/turn-agent.ts";
import { changeSession } from "../change-session.ts";
import type { TurnError } from "../contract.ts";
import type { WriterKey } from "../event-log-repo.ts";
import { findCurrentRules, turnLayers } from "../permissions/turn-layers.ts";
import { getSessionRecord, updateTurnFenced } from "../repo.ts";
import { agentPromptProvider } from "./agent-prompt-provider.ts";
import { attachFiles } from "./attach-files.ts";
import { assembleContext, type ContextRecord, gatherPieces, sha256 } from "./context-pieces.ts";
import { environmentProvider } from "./environment-provider.ts";
import { holdSandbox } from "./held-sandbox.ts";
import { type HeldTurn, holdTurn, type Lost, lost } from "./hold-turn.ts";
import { instructionsProvider } from "./instructions-provider.ts";
import type { LoopRun } from "./loop-run.ts";
import { RulesUnknown } from "./sandbox-environment.ts";
import { skillsProvider } from "./skills-provider.ts";
import type { StepSources } from "./step-sources.ts";

// Memory joins here, with its budget.
const providersFor = (key: WriterKey, agent: Agent) => [
  agentPromptProvider(agent),
  environmentProvider,
  instructionsProvider,
  skillsProvider(key),
];

export interface ReadyContext {
  readonly outcome: "ready";
  /** the most steps that the turn may take before it has to sum up */
  readonly maxSteps: number;
  readonly hasOutputSchema: boolean;
  /** only shortens the conversation */
  readonly isCompaction: boolean;
}
export type ContextResult = ReadyContext | { readonly outcome: "failed"; readonly error: TurnError } | Lost;

/** Opens the sandbox, gathers what the model is told, and records it in the turn. What nobody can mend by waiting is a failed turn. */
export async function prepareContext(run: LoopRun, key: WriterKey, sources: StepSources): Promise<ContextResult> {
  return holdTurn(key, async (turn) => {
    const availability = await sandboxAvailability();
    if (!availability.available) return noSandbox(turn, availability);
    try {
      await holdSandbox(key);
    } catch (error) {
      if (error instanceof RulesUnknown) return failed("POLICY_MALFORMED", error.message);
      if (error instanceof AppError && error.code !== "UNAVAILABLE" && error.code !== "INTERNAL") return failed(error.code, error.message);
      throw error;
    }
    // After the sandbox was filled, and in one transaction: the first words of an answer wait for all of this.
    const [session, rules, log, records] = await withTenant(
      key.workspaceId,
      async (tx) =>
        [await getSessionRecord(tx, key), await findCurrentRules(tx, key), await run.log(tx), await findAgentRecords(tx, key)] as const,
    );
    if (session.baseCommit === null) throw new Error("a filled sandbox without a base commit");
    const agent = (await turnAgents(key, records)).agent;
    const { malformed } = await turnLayers(key, rules);
    if (malformed !== null) return failed("POLICY_MALFORMED", malformed);
    if (!(await attachFiles(turn, log.messagesOf(key.turnId)))) return lost;
    const place = { workspaceId: key.workspaceId, repositoryId: session.repositoryId as RepositoryId, baseCommit: session.baseCommit };
    const { config } = await readProjectConfig({ ...place, commit: place.baseCommit });
    const asked = { ...place, branch: session.branch, instructions: config.instructions ?? [] };
    const [pieces, turnTools] = await Promise.all([gatherPieces(providersFor(key, agent), asked), sources.tools(key)]);
    const tools = turnTools.list.map((tool) => ({ name: tool.name, sha256: sha256(JSON.stringify(toModelTool(tool))) }));
    const history = log.counts();
    const recorded = await changeSession(key, async ({ tx }) => {
      const record = { ...assembleContext(pieces), tools, history, options: optionsOf(agent), compaction: compactionOf(config.compaction) };
      const row = await updateTurnFenced(tx, key, { contextRecord: record });
      if (row) await primeCallSetup(tx, key.workspaceId, key.sessionId);
      return row;
    });
    if (!recorded) return lost;
    run.learn(recorded);
    const maxSteps = Math.min(agent.steps ?? limits.turn.maxSteps, limits.turn.maxSteps);
    return { outcome: "ready", maxSteps, hasOutputSchema: recorded.outputSchema !== null, isCompaction: recorded.kind === "compact" };
  });
}

function optionsOf({ temperature, topP }: Agent): ContextRecord["options"] {
  return { ...(temperature === null ? {} : { temperature }), ...(topP === null ? {} : { topP }) };
}

function compactionOf(config: ProjectConfig["compaction"]): ContextRecord["compaction"] {
  if (!config) return null;
  const { auto = true, prune = true, tail_turns: tailTurns = 2, reserved } = config;
  return { auto, prune, tailTurns, ...(reserved === undefined ? {} : { reserved }) };
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
