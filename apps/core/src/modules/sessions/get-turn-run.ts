import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { EngineRun } from "../../platform/events/engine-run.ts";
import { readRun } from "../../platform/events/read-run.ts";
import { contextRecordSchema } from "./agent-loop/context-pieces.ts";
import { type TurnState, turnStateSchema } from "./contract.ts";
import type { TurnKey } from "./event-log-repo.ts";
import { getTurnRunRecord } from "./turn-run-repo.ts";

/** What the model was given at the start of a turn: what it was and how large, without its text. */
export interface TurnContext {
  readonly pieces: readonly { readonly source: string; readonly id: string; readonly bytes: number; readonly truncated: boolean }[];
  readonly tools: readonly string[];
  readonly history: { readonly messages: number; readonly parts: number };
}

export interface TurnRun {
  readonly state: TurnState;
  /** the run that works on the turn, or did so last; null before there is one */
  readonly runId: string | null;
  /** null when there is no run yet, the engine has swept it, or `problem` says why it could not be read */
  readonly run: EngineRun | null;
  readonly problem: string | null;
  /** null until it is recorded */
  readonly context: TurnContext | null;
}

/** The durable run of a turn, and its recorded context. NOT_FOUND for a foreign turn; an engine that is away is a `problem`, not an error. */
export async function getTurnRun(key: TurnKey): Promise<TurnRun> {
  const turn = await withTenant(key.workspaceId, (tx) => getTurnRunRecord(tx, key));
  const given = { state: turnStateSchema.parse(turn.state), runId: turn.runId, context: contextOf(turn.contextRecord) };
  if (turn.runId === null) return { ...given, run: null, problem: null };
  try {
    return { ...given, run: await readRun(turn.runId), problem: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "UNAVAILABLE") throw error;
    return { ...given, run: null, problem: error.message };
  }
}

function contextOf(record: unknown): TurnContext | null {
  const parsed = contextRecordSchema.safeParse(record);
  if (!parsed.success) return null;
  const { pieces, tools, history } = parsed.data;
  return {
    pieces: pieces.map(({ source, id, bytes, truncated }) => ({ source, id, bytes, truncated })),
    tools: tools.map(({ name }) => name),
    history,
  };
}
