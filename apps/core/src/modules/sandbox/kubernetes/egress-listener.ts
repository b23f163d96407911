import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { z } from "zod";
import { parseJson } from "../../../platform/parse-json.ts";
import type { SandboxPlace } from "../driver.ts";
import type { EgressProxy } from "../network/egress-proxy.ts";
import { egressSecret, greet } from "../network/egress-socket.ts";

/** Where pods reach this worker's proxies: an address of the worker's own, and the port on which it listens. */
export interface EgressAddress {
  readonly host: string;
  readonly port: number;
}

/** What the agent reads in its directory of ways out; `identity` names the sandbox whose key is meant. */
const waySchema = z.object({ host: z.string(), port: z.number().int(), identity: z.string() });

/** With a key that both know and that is never sent; each connection has another one of its own (forward secrecy). */
export const pskCiphers = "ECDHE-PSK-CHACHA20-POLY1305:DHE-PSK-CHACHA20-POLY1305:DHE-PSK-AES256-GCM-SHA384";

/** The key of a sandbox's connections: neither what it greets with, nor what it proves itself with to the worker. */
export function egressKey(secret: string): Buffer {
  return createHash("sha256").update("egress-key").update(secret).digest();
}

interface Admitted {
  readonly key: Buffer;
  readonly expected: Buffer;
  readonly proxy: EgressProxy;
}

/**
 * The way out of sandboxes that are on another machine than the worker: TLS over TCP, where each side proves with the
 * sandbox's own key that it knows it. Who has none is not answered, and who has one gets to that sandbox's proxy only.
 */
export function egressListener(address: EgressAddress): {
  /** Resolves when the address is answered: before that nobody should be told of it. */
  open(): Promise<void>;
  admit(place: SandboxPlace, secret: string, proxy: EgressProxy): Promise<{ close(): void }>;
} {
  const admitted = new Map<string, Admitted>();
  let listening: Promise<Server> | undefined;
  const open = async () => {
    listening ??= listen(address.port, admitted);
    await listening.catch((error: unknown) => {
      listening = undefined;
      throw error;
    });
  };
  return {
    open,
    admit: async (place, secret, proxy) => {
      await open();
      await mkdir(place.egress, { recursive: true, mode: 0o755 });
      await removeDeadWays(place.egress);
      const file = join(place.egress, `proxy-${Date.now()}-${randomBytes(4).toString("hex")}.tcp`);
      // Whole or not at all, also for a worker that is killed meanwhile.
      await writeFile(`${file}${unfinished}`, JSON.stringify({ ...address, identity: place.sandboxId }), { mode: 0o644 });
      await rename(`${file}${unfinished}`, file);
      const entry = { key: egressKey(secret), expected: Buffer.from(egressSecret(secret)), proxy };
      admitted.set(place.sandboxId, entry);
      return {
        close: () => {
          proxy.close();
          if (admitted.get(place.sandboxId) === entry) admitted.delete(place.sandboxId);
          void rm(file, { force: true });
        },
      };
    },
  };
}

function listen(port: number, admitted: ReadonlyMap<string, Admitted>): Promise<Server> {
  const whose = new WeakMap<Socket, Admitted>();
  const server = createServer(
    {
      ciphers: pskCiphers,
      maxVersion: "TLSv1.2", // the only one in which keys of one's own may be used
      allowHalfOpen: true,
      handshakeTimeout: 5_000,
      pskCallback: (socket, identity) => {
        const entry = admitted.get(identity);
        if (!entry) return null;
        whose.set(socket, entry);
        return entry.key;
      },
    },
    (socket) => {
      const entry = whose.get(socket);
      if (entry) void greet(socket, entry.expected, entry.proxy);
      else socket.destroy();
    },
  );
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => server.once("error", reject).listen(port, () => resolve(server)));
}

const unfinished = ".new";
const unfinishedMaxAgeMs = 60_000;

/** What killed workers have left; a way at whose end somebody listens stays, and one that somebody is about to make. */
async function removeDeadWays(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const isDead = name.endsWith(".tcp") ? !(await leadsSomewhere(path)) : name.endsWith(unfinished) && (await isOld(path));
    if (isDead) await rm(path, { force: true });
  }
}

async function leadsSomewhere(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => "");
  const way = waySchema.safeParse(parseJson(text));
  return way.success && isAnswered(way.data);
}

async function isOld(path: string): Promise<boolean> {
  const { mtimeMs = Date.now() } = (await stat(path).catch(() => null)) ?? {};
  return Date.now() - mtimeMs > unfinishedMaxAgeMs;
}

/** Whether anything listens at an address. */
export function isAnswered({ host, port }: EgressAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
    socket.once("timeout", () => settle(false));
  });
}
