import { AppError } from "../errors.ts";

// Prisma: can't reach, timed out, connection closed, no connection in time, no transaction in time; Node and Postgres beside it.
const codes = new Set([
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
  "P2028",
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EPIPE",
  "57P01",
  "57P03",
]);
const driverKinds = new Set(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"]);

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

/** True when the database is away (restarting, unreachable, no connection free), so that the same request may succeed soon. */
export function isDatabaseUnavailable(error: unknown, depth = 0): boolean {
  if (depth > 5 || typeof error !== "object" || error === null) return false;
  const [code, kind, message] = [property(error, "code"), property(error, "kind"), property(error, "message")];
  if (typeof code === "string" && codes.has(code)) return true;
  if (typeof kind === "string" && driverKinds.has(kind)) return true;
  if (typeof message === "string" && /connection terminated|timeout exceeded when trying to connect/i.test(message)) return true;
  return isDatabaseUnavailable(property(error, "cause"), depth + 1);
}

export function databaseUnavailable(cause: unknown): AppError {
  const message = "The database does not answer right now. Nothing was lost; try again in a few seconds.";
  return new AppError("UNAVAILABLE", message, { cause, retryAfterSeconds: 5 });
}
