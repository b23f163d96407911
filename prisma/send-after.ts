import pg from "pg";

/** A statement with its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
}

/** What node-postgres's queries and connections have and its types don't say: stable for years, used by its own cursor and stream. */
interface QueryParts {
  name?: string | undefined;
  prepare(connection: Connection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleError(error: unknown, connection: Connection): void;
}
interface Connection {
  /** names that were sent to be kept and not yet answered, with their texts */
  readonly submittedNamedStatements: Record<string, string>;
  close(message: { type: "S"; name: string }): void;
  parse(message: { name: string; text: string; types: readonly number[] }): void;
  bind(message: { statement: string; values: readonly string[] }): void;
  execute(message: object): void;
}
type Answer = (error: unknown, result: unknown) => void;
const Query = pg.Query as unknown as new (config: object, answer: Answer) => QueryParts;

/** Names for the statements, by their texts, which are few. */
const names = new Map<string, string>();

/**
 * Sends statements and a query (with parameters, or a text of one statement) in one message group: one round trip, and where
 * one fails the server skips those after it. Answers the query's result; those of the statements are let go.
 * `kept` holds the texts of statements that this connection keeps under their names; null keeps none.
 */
export function sendAfter(
  send: (query: unknown) => unknown,
  statements: readonly Statement[],
  query: object,
  kept: Set<string> | null,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    send(new QueryAfter(statements, query, kept, (error, result) => (error ? reject(error) : resolve(result))));
  });
}

class QueryAfter extends Query {
  readonly #statements: readonly Statement[];
  readonly #kept: Set<string> | null;
  readonly #name: string | undefined;
  #done = 0;

  constructor(statements: readonly Statement[], query: object, kept: Set<string> | null, answer: Answer) {
    super({ ...query, queryMode: "extended" }, answer);
    this.#statements = statements;
    this.#kept = kept;
    this.#name = this.name;
  }

  override prepare(connection: Connection): void {
    for (const { text, values } of this.#statements) {
      const name = this.#kept ? nameOf(text) : "";
      if (!this.#kept?.has(text)) {
        // Its parameters may have been refused after it was parsed: then it is there already.
        if (name !== "") connection.close({ type: "S", name });
        connection.parse({ name, text, types: [] });
      }
      connection.bind({ statement: name, values });
      connection.execute({});
    }
    super.prepare(connection);
    // Until it is the query's turn: the driver takes whatever is parsed for what the query names.
    if (this.#statements.length > 0) this.name = undefined;
  }

  override handleDataRow(message: unknown): void {
    if (this.#done === this.#statements.length) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    const statement = this.#statements[this.#done];
    if (!statement) {
      super.handleCommandComplete(message, connection);
      return;
    }
    this.#kept?.add(statement.text);
    this.#done++;
    if (this.#done === this.#statements.length) this.name = this.#name;
  }

  override handleError(error: unknown, connection: Connection): void {
    if (this.name === undefined && this.#name) delete connection.submittedNamedStatements[this.#name];
    super.handleError(error, connection);
  }
}

function nameOf(text: string): string {
  const name = names.get(text) ?? `before_${names.size}`;
  names.set(text, name);
  return name;
}
