import { type Tx, withTenant } from "../../../platform/database/database.ts";
import type { TurnKey, WriterKey } from "../event-log-repo.ts";
import { sessionLog } from "../history/held-logs.ts";
import type { SessionLog } from "../history/session-log.ts";
import { getTurnRecord, type TurnRecord } from "../repo.ts";
import { type JsonSchema, schemaOf } from "../structured-output/output-tool.ts";
import { takeFence } from "./claim-turn.ts";
import { type ContextRecord, contextRecordSchema } from "./context-pieces.ts";

/** What does not change while a turn runs. */
export interface TurnFacts {
  readonly ordinal: number;
  readonly model: string;
  readonly context: ContextRecord;
  /** the JSON schema that the answer has to fit */
  readonly outputSchema: JsonSchema | null;
}

/** One execution of a turn's run in this process: what it has in hand from step to step and needs not look up again. */
export class LoopRun {
  readonly key: TurnKey;
  readonly runId: string;
  #fence: number | null;
  #facts: TurnFacts | null = null;
  #isFresh = true;

  /** `fence` is given where this execution itself has just claimed the turn. */
  constructor(key: TurnKey, runId: string, fence: number | null) {
    this.key = key;
    this.runId = runId;
    this.#fence = fence;
  }

  /**
   * The fence to write under: the one in hand, or a new one, so that an older execution of the same step can't write any
   * more. Null when the turn is lost.
   */
  async fence(): Promise<WriterKey | null> {
    if (this.#fence === null) {
      this.#isFresh = true;
      this.#fence = await takeFence(this.key, this.runId);
    }
    return this.#fence === null ? null : { ...this.key, fence: this.#fence };
  }

  /** A step failed: the next one begins with what the database says. */
  letGo(): void {
    this.#fence = null;
  }

  /** The session's log: read anew by who has just taken the turn, `within` a transaction if one is open, then fed by what this process writes. */
  async log(within?: Tx): Promise<SessionLog> {
    const log = await sessionLog(this.key, { fresh: this.#isFresh }, within);
    this.#isFresh = false;
    return log;
  }

  async facts(): Promise<TurnFacts> {
    this.#facts ??= factsOf(await withTenant(this.key.workspaceId, (tx) => getTurnRecord(tx, this.key)));
    return this.#facts;
  }

  /** The turn's row as this execution has just written it, with its context. */
  learn(row: TurnRecord): void {
    this.#facts = factsOf(row);
  }
}

function factsOf({ ordinal, model, contextRecord, outputSchema }: TurnRecord): TurnFacts {
  return { ordinal, model, context: contextRecordSchema.parse(contextRecord), outputSchema: schemaOf(outputSchema) };
}
