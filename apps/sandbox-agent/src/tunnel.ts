import { connect, type Socket } from "node:net";
import { Refusal } from "./refusal.ts";

/** From the worker's next byte on: what comes before it is still an answer to a call. */
export function joinStreams(socket: Socket, other: Socket, read: (chunk: Buffer) => void): void {
  socket.off("data", read);
  socket.once("close", () => other.destroy());
  other.once("close", () => socket.destroySoon());
  socket.once("data", (chunk: Buffer) => {
    if (chunk.length > 1) other.write(chunk.subarray(1));
    socket.pipe(other);
    other.pipe(socket);
  });
}

/** A server may listen on either of the two local addresses. */
export async function connectPort(port: number): Promise<Socket> {
  for (const host of ["127.0.0.1", "::1"]) {
    const socket = await new Promise<Socket | null>((resolve) => {
      const attempt = connect({ host, port, allowHalfOpen: true });
      attempt.once("error", () => resolve(null));
      attempt.once("connect", () => resolve(attempt));
    });
    if (socket) return socket.on("error", () => socket.destroy());
  }
  throw new Refusal("NOT_FOUND", `Nothing listens on port ${port}.`);
}
