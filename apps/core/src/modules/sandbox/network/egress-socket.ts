import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { closeSync, constants, openSync } from "node:fs";
import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../../platform/parse-json.ts";
import type { SandboxPlace } from "../driver.ts";
import type { EgressProxy } from "./egress-proxy.ts";

const greetingSchema = z.object({ secret: z.string().max(200), callId: z.string().max(200) });
const maxGreetingBytes = 1_024;
const greetingTimeoutMs = 5_000;

/** What the agent proves itself with to the proxy; another one than it proves itself with to nobody else. */
export function egressSecret(secret: string): string {
  return createHash("sha256").update("egress").update(secret).digest("hex");
}

/**
 * Lets one sandbox reach its proxy: by a socket in a directory that it can read but not write, with a secret of its own. Two
 * workers that have the same sandbox open have a socket each, and the agent takes the one that answers.
 */
export async function listenForSandbox(place: SandboxPlace, secret: string, proxy: EgressProxy): Promise<{ close(): void }> {
  await mkdir(place.egress, { recursive: true, mode: 0o755 });
  const expected = Buffer.from(egressSecret(secret));
  const server = createServer((socket) => void greet(socket, expected, proxy));
  // A socket's path has 108 bytes at most; a directory that is held open has a short one.
  const directory = openSync(place.egress, constants.O_RDONLY | constants.O_DIRECTORY);
  const short = process.platform === "linux" ? `/proc/self/fd/${directory}` : place.egress;
  const name = `proxy-${Date.now()}-${randomBytes(4).toString("hex")}.sock`;
  try {
    await removeDeadSockets(short);
    const path = join(short, name);
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
    await chmod(join(place.egress, name), 0o666);
  } catch (error) {
    closeSync(directory);
    throw error;
  }
  server.unref();
  return {
    close: () => {
      proxy.close();
      server.close(() => closeSync(directory)); // removes the socket by the directory's descriptor
    },
  };
}

/** Hands a connection on to the proxy, when its first line proves that it comes from the sandbox's agent. */
export async function greet(socket: Socket, expected: Buffer, proxy: EgressProxy): Promise<void> {
  socket.on("error", () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(), greetingTimeoutMs);
  const line = await firstLine(socket);
  clearTimeout(timer);
  const greeting = line === null ? null : greetingSchema.safeParse(parseJson(line));
  const given = Buffer.from(greeting?.success ? greeting.data.secret : "");
  if (!greeting?.success || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    socket.destroy();
    return;
  }
  proxy.serve(socket, greeting.data.callId);
}

function firstLine(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    let known = Buffer.alloc(0);
    const take = () => {
      for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
        known = Buffer.concat([known, chunk]);
        const end = known.indexOf(0x0a);
        if (end < 0 && known.length <= maxGreetingBytes) continue;
        socket.off("readable", take);
        if (end >= 0 && end + 1 < known.length) socket.unshift(known.subarray(end + 1));
        resolve(end >= 0 && end <= maxGreetingBytes ? known.toString("utf8", 0, end) : null);
        return;
      }
    };
    socket.on("readable", take);
    socket.once("close", () => resolve(null));
    socket.once("end", () => resolve(null));
  });
}

/** What killed workers have left; a socket on which somebody listens stays. Other ways out lie there too. */
async function removeDeadSockets(directory: string): Promise<void> {
  for (const name of (await readdir(directory)).filter((one) => one.endsWith(".sock"))) {
    const path = join(directory, name);
    if (!(await isAnswered(path))) await rm(path, { force: true });
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
