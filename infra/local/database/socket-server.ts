import { createServer, type Socket } from "node:net";
import type { PGlite } from "@electric-sql/pglite";
import { Backend } from "./backend.ts";
import { Connection } from "./connection.ts";

export interface DatabaseSocket {
  /** The TCP port on 127.0.0.1. */
  readonly port: number;
  /** Cuts every connection, rolls back what was open and stops listening. Leaves the database itself open. */
  close(): Promise<void>;
}

/**
 * Serves one PGlite on 127.0.0.1 to many connections. Port 0 takes a free one. Without a password everybody on the machine is let in.
 *
 * The official `pglite-socket` queues single protocol messages, so that two connections' extended queries outside
 * a transaction mix on the one backend; here a connection holds the backend from its first message until the
 * backend is idle again.
 */
export async function serveDatabase(database: PGlite, port: number, password: string | null = null): Promise<DatabaseSocket> {
  const { rows } = await database.query<{ server_version: string }>("SHOW server_version");
  const serverVersion = rows[0]?.server_version ?? "17.0";
  const backend = new Backend(database);
  const connections = new Set<Connection>();

  const server = createServer((socket: Socket) => {
    const connection = new Connection(socket, backend, { serverVersion, password });
    connections.add(connection);
    socket.once("close", () => connections.delete(connection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the database's socket has no port");

  return {
    port: address.port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.cut();
      await closed;
      await backend.settled();
    },
  };
}
