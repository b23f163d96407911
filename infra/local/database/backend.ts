import type { PGlite } from "@electric-sql/pglite";
import { SharedStatements } from "./shared-statements.ts";
import { abandonMessages, type BackendState, type Outcome, outcomeOf } from "./wire.ts";

/** The right to talk to the backend; exactly one lease is held at a time. */
export interface Lease {
  /** Sends messages and hands on the answers. */
  send(messages: Buffer): Promise<Outcome>;
  /** Gives the backend back, rolled back if something was left open. */
  release(): Promise<void>;
}

/** The one Postgres backend of a PGlite and the queue of those who want it. */
export class Backend {
  readonly statements = new SharedStatements();
  readonly #database: PGlite;
  #last: Promise<void> = Promise.resolve();

  constructor(database: PGlite) {
    this.#database = database;
  }

  /** Waits until everybody who asked before has given the backend back. */
  async lease(onAnswers: (answers: Buffer) => void): Promise<Lease> {
    const before = this.#last;
    const { promise: given, resolve: giveBack } = Promise.withResolvers<void>();
    this.#last = given;
    await before;

    let state: BackendState = "idle";
    let isHeld = true;
    const send = async (messages: Buffer): Promise<Outcome> => {
      if (!isHeld) throw new Error("the lease was given back");
      const answers = Buffer.from(await this.#database.execProtocolRaw(messages));
      const outcome = outcomeOf(answers);
      state = outcome.state;
      onAnswers(answers);
      return outcome;
    };
    const release = async () => {
      if (!isHeld) return;
      isHeld = false;
      try {
        if (state !== "idle") {
          for (const message of abandonMessages(state)) await this.#database.execProtocolRaw(message);
        }
      } finally {
        giveBack();
      }
    };
    return { send, release };
  }

  /** Resolves when nobody holds or waits for the backend any more. */
  async settled(): Promise<void> {
    let seen: Promise<void>;
    do {
      seen = this.#last;
      await seen;
    } while (seen !== this.#last);
  }
}
