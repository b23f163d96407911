import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";

const stock = 4;
const maxConnections = 128;
const unnamed = "-";

interface Listening {
  readonly server: Server;
  readonly port: number;
  readonly connections: Set<Socket>;
  callId: string;
}

/**
 * The way of commands to the worker's proxy: a port of 127.0.0.1 for each command, so that the proxy knows whose request it
 * is. Made ahead, since a command is started in one go; when none is ready, a port that all share is lent.
 */
export class ProxyPorts {
  private readonly directory: string;
  private readonly secret: string;
  private readonly key: Buffer;
  private readonly ready: Listening[] = [];
  private readonly numbers = new Set<number>();
  private shared: Listening | null = null;

  constructor(config: AgentConfig) {
    this.directory = config.egress;
    this.secret = createHash("sha256").update("egress").update(config.secret).digest("hex");
    this.key = createHash("sha256").update("egress-key").update(config.secret).digest();
    void this.listen().then((listening) => {
      this.shared = listening;
    });
    this.fill();
  }

  /** Whether a port is the proxy's: no server of the sandbox's own. */
  owns(port: number): boolean {
    return this.numbers.has(port);
  }

  /** null: no port can be had, and the command has no network. */
  take(callId: string): { readonly port: number; release(): void } | null {
    const listening = this.ready.pop();
    this.fill();
    if (!listening) return this.shared && { port: this.shared.port, release: () => undefined };
    listening.callId = callId;
    const release = () => {
      listening.server.close();
      for (const socket of listening.connections) socket.destroy();
    };
    return { port: listening.port, release };
  }

  private fill(): void {
    for (let missing = stock - this.ready.length; missing > 0; missing -= 1) {
      void this.listen().then((listening) => {
        if (listening && this.ready.length < stock) this.ready.push(listening);
        else listening?.server.close();
      });
    }
  }

  private listen(): Promise<Listening | null> {
    return new Promise((resolve) => {
      const connections = new Set<Socket>();
      let listening: Listening | null = null;
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        connections.add(socket);
        socket.once("close", () => connections.delete(socket));
        joinWorker(socket, this.ways(), `${JSON.stringify({ secret: this.secret, callId: listening?.callId ?? unnamed })}\n`);
      });
      server.maxConnections = maxConnections; // a flood is not to use up the files that the agent may have open
      server.once("error", () => resolve(null));
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        if (address && typeof address === "object") {
          const { port } = address;
          this.numbers.add(port);
          server.once("close", () => this.numbers.delete(port));
        }
        listening = address && typeof address === "object" ? { server, port: address.port, connections, callId: unnamed } : null;
        resolve(listening);
      });
      server.unref();
    });
  }

  /** The newest first: an older one belongs to a worker that is about to go. */
  private ways(): Way[] {
    try {
      const names = readdirSync(this.directory).sort().reverse();
      return names.flatMap((name): Way[] => {
        const path = join(this.directory, name);
        if (name.endsWith(".sock")) return [{ open: () => connect({ path, allowHalfOpen: true }), ready: "connect" }];
        return name.endsWith(".tcp") ? [{ open: () => connectFar(path, this.key), ready: "secureConnect" }] : [];
      });
    } catch {
      return [];
    }
  }
}

const noProxy =
  "HTTP/1.1 503 No proxy\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nThe sandbox's way to the network is not there.\n";

/** How a worker is reached, and by which event of its socket that has succeeded. */
interface Way {
  readonly open: () => Socket;
  readonly ready: "connect" | "secureConnect";
}

const farTimeoutMs = 5_000;

/** A worker on another machine: the file says where, and each side proves to the other that it knows the sandbox's key. */
function connectFar(file: string, key: Buffer): Socket {
  const { host, port, identity }: { host: string; port: number; identity: string } = JSON.parse(readFileSync(file, "utf8"));
  const socket = connectTls({
    ...{ host, port, allowHalfOpen: true, maxVersion: "TLSv1.2" },
    ciphers: "ECDHE-PSK-CHACHA20-POLY1305:DHE-PSK-CHACHA20-POLY1305:DHE-PSK-AES256-GCM-SHA384",
    pskCallback: () => ({ psk: key, identity }),
    checkServerIdentity: () => undefined, // the key is what proves it
  });
  // A machine that is gone answers nothing at all.
  socket.setTimeout(farTimeoutMs, () => socket.destroy(new Error("no answer")));
  return socket.once("secureConnect", () => socket.setTimeout(0));
}

/** Joins a command's connection with the first of these on which a worker listens. */
function joinWorker(client: Socket, [way, ...others]: readonly Way[], greeting: string): void {
  client.on("error", () => client.destroy());
  if (way === undefined) {
    client.end(noProxy);
    return;
  }
  let upstream: Socket;
  try {
    upstream = way.open();
  } catch {
    joinWorker(client, others, greeting); // the file has gone, or is no address
    return;
  }
  let connected = false;
  upstream.once(way.ready, () => {
    connected = true;
    upstream.write(greeting);
    client.pipe(upstream);
    upstream.pipe(client);
  });
  upstream.on("error", () => {
    if (connected) client.destroy();
    else joinWorker(client, others, greeting);
  });
  upstream.once("close", () => connected && client.destroy());
  client.once("close", () => upstream.destroy());
}
