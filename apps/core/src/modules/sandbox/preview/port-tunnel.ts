import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { z } from "zod";
import { AppError } from "../../../platform/errors.ts";
import { idSchema } from "../../../platform/ids.ts";
import { internalHeaders } from "../../../platform/internal-call.ts";
import { limits } from "../../../platform/limits.ts";
import { isHere, originOf } from "../../../platform/machines/workers.ts";
import { findSandboxMachine } from "../sandbox-machine.ts";
import { linkSandbox, type SessionKey } from "../terminal/sandbox-link.ts";

/** Where a worker joins another one's connection with a port of a sandbox that it holds: an HTTP upgrade, signed as its other calls. */
export const portTunnelPath = "/api/internal/tunnel";
const protocol = "opencode-tunnel";

const querySchema = z.object({
  workspaceId: idSchema("workspace"),
  sessionId: idSchema("session"),
  port: z.coerce.number().int().min(1).max(65_535),
});

/** A stream to a port of the session's sandbox, on whatever machine that is; null when it sleeps or nothing listens there. */
export async function openPort(key: SessionKey, port: number): Promise<Duplex | null> {
  const machineId = await findSandboxMachine(key);
  return isHere(machineId) ? openPortHere(key, port) : openPortAt(await originOf(machineId), key, port);
}

async function openPortHere(key: SessionKey, port: number): Promise<Duplex | null> {
  const link = await linkSandbox(key, { wake: false });
  const connection = await link?.connect();
  if (!connection) return null;
  try {
    return await connection.tunnel(port);
  } catch (error) {
    connection.close();
    if (error instanceof AppError && error.code === "NOT_FOUND") return null;
    throw error;
  }
}

function openPortAt(origin: string | undefined, { workspaceId, sessionId }: SessionKey, port: number): Promise<Duplex | null> {
  const path = `${portTunnelPath}?${new URLSearchParams({ workspaceId, sessionId, port: String(port) })}`;
  const url = new URL(path, origin);
  const asked = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
    headers: { ...internalHeaders(path, ""), connection: "Upgrade", upgrade: protocol },
    timeout: limits.preview.tunnelTimeoutMs,
    agent: false,
  });
  return new Promise((resolve, reject) => {
    const refuse = (cause?: unknown) =>
      reject(new AppError("UNAVAILABLE", "The machine that holds the sandbox does not answer. Try again in a moment.", { cause }));
    asked.once("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.once("error", refuse);
    asked.once("response", (response) => {
      response.resume();
      if (response.statusCode === 404) resolve(null);
      else refuse(`answered ${response.statusCode}`);
    });
    asked.once("upgrade", (_response, socket, head) => {
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asked.end();
  });
}

/** The worker's side, for a request whose signature was checked. */
export async function answerPortTunnel(query: URLSearchParams, socket: Duplex, head: Buffer): Promise<void> {
  const asked = querySchema.safeParse(Object.fromEntries(query));
  const stream = asked.success ? await openPortHere(asked.data, asked.data.port) : null;
  if (!stream) {
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  const end = () => {
    socket.destroy();
    stream.destroy();
  };
  if (socket.destroyed) return end();
  for (const side of [socket, stream]) side.once("close", end).on("error", end);
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`);
  if (head.length > 0) stream.write(head);
  socket.pipe(stream);
  stream.pipe(socket);
}
