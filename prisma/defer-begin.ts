import { AsyncLocalStorage } from "node:async_hooks";
import type pg from "pg";
import { type Statement, sendAfter } from "./send-after.ts";

interface Opening extends Statement {
  isTaken: boolean;
}

const openings = new AsyncLocalStorage<Opening>();

/**
 * Runs work that begins one transaction, and has a statement go to the database with its BEGIN. `wasTaken` says within
 * the transaction whether it does; if not, the caller has to send it.
 */
export function openingWith<T>(statement: Statement, begin: (wasTaken: () => boolean) => Promise<T>): Promise<T> {
  const opening: Opening = { ...statement, isTaken: false };
  return openings.run(opening, () => begin(() => opening.isTaken));
}

type Query = (query: unknown, ...rest: unknown[]) => unknown;

const begin: Statement = { text: "BEGIN", values: [] };
/** What the driver answers to a BEGIN or an END, as far as somebody looks at it. */
const nothing = { command: "", rowCount: 0, oid: 0, fields: [], rows: [] };

/**
 * Lets a transaction's BEGIN, and what it is to be opened with, wait for its first query, and sends them in front of
 * that: one round trip instead of two. A transaction without a query never reaches the server.
 *
 * They go as one group, of which the server skips what comes after a failure; and what is asked while that is under way
 * waits for it. So nothing ever runs without its opening.
 */
export function deferBegin(client: pg.PoolClient, options: { keepsStatements: boolean }): void {
  const send: Query = client.query.bind(client);
  const kept = options.keepsStatements ? new Set<string>() : null;
  let waiting: readonly Statement[] = [];
  let opened: Promise<unknown> | null = null;

  const open = (query: unknown): Promise<unknown> => {
    const group = waiting;
    waiting = [];
    if (hasValues(query)) return sendAfter(send, group, query, kept);
    // Without parameters it may be several statements, which only go by themselves.
    const [first = begin, ...others] = group.toReversed();
    return sendAfter(send, others.toReversed(), first, kept).then(() => send(query));
  };

  const query: Query = (given, ...rest) => {
    const text = textOf(given);
    if (text === begin.text) {
      const asked = openings.getStore();
      waiting = asked && !asked.isTaken ? [begin, asked] : [begin];
      if (asked) asked.isTaken = true;
      opened = null;
      return Promise.resolve(nothing);
    }
    const isEnd = text === "COMMIT" || text === "ROLLBACK";
    if (waiting.length > 0 && isEnd) {
      waiting = [];
      return Promise.resolve(nothing);
    }
    if (waiting.length > 0) {
      const opening = open(given);
      opened = opening;
      opening.then(
        () => {
          if (opened === opening) opened = null;
        },
        () => undefined,
      );
      return opening;
    }
    const before = opened;
    // With more than the query itself it is the pool that asks, of a connection that no transaction holds.
    if (before === null || rest.length > 0) return send(given, ...rest);
    if (!isEnd) return before.then(() => send(given));
    opened = null;
    return before.catch(() => undefined).then(() => send(given));
  };
  Object.assign(client, { query });
}

function textOf(query: unknown): unknown {
  return typeof query === "object" && query !== null && "text" in query ? query.text : query;
}

function hasValues(query: unknown): query is object {
  return typeof query === "object" && query !== null && "values" in query && Array.isArray(query.values) && query.values.length > 0;
}
