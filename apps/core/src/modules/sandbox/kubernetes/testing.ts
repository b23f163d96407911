import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { type WebSocket, WebSocketServer } from "ws";
import { encodeFrame, FrameReader } from "../agent/frames.ts";

/** Made for these tests, valid for a hundred years, and of use for nothing else: the key of a server on 127.0.0.1. */
const authority = `-----BEGIN CERTIFICATE-----
MIIBjTCCATOgAwIBAgIUKUc+CRxE0+qrAwExGG9TCzXvsSUwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc3RhbmQtaW4gY2x1c3RlcjAgFw0yNjExMjMwMDQ1MDNaGA8y
MTI2MTAzMDAwNDUwM1owGzEZMBcGA1UEAwwQc3RhbmQtaW4gY2x1c3RlcjBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABAvmPihIXOWnJj9krT9X9lDQVRzmUw+Wo8Eu
yT+nN/37M//HJyVjczl6MA8zzNHr7SlcPEjTeiv6T9UX/WuXWt2jUzBRMB0GA1Ud
DgQWBBSoU3eH0bSRp7XiTGqiEhf4jdMOXTAfBgNVHSMEGDAWgBSoU3eH0bSRp7Xi
TGqiEhf4jdMOXTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIBhI
nW5pebfuqA2GvezkCYUD8skLqVXMZ7eIMGfcfazzAiEAmjLjDl2EaTK7vztEY6y2
J3te/cgIRK3ff7qrjNPdYUM=
-----END CERTIFICATE-----
`;
const certificate = `-----BEGIN CERTIFICATE-----
MIIBhzCCASygAwIBAgIUGE5P4UW/S3gm/O4HvcUbD/vcD9EwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc3RhbmQtaW4gY2x1c3RlcjAgFw0yNjExMjMwMDQ1MDNaGA8y
MTI2MTAzMDAwNDUwM1owFDESMBAGA1UEAwwJMTI3LjAuMC4xMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEQxucqn0oF4aue55qOLXotuiAR6jE0lSo6f4Tsg9TH9Pi
rudNE7oCZG09RcGRK+h6IwRKpSY/PSw1O6KJWnjlyqNTMFEwDwYDVR0RBAgwBocE
fwAAATAdBgNVHQ4EFgQUkHE6HNwr6i/Cd7dSz4tXAM9SupswHwYDVR0jBBgwFoAU
qFN3h9G0kae14kxqohIX+I3TDl0wCgYIKoZIzj0EAwIDSQAwRgIhANvT5H0I4cAZ
ShYNPFexMFmmS22rDpi1D54TVWSIbHZhAiEAkIe7dixqmVGCM/tynwlYuQb3eppC
hhrsz4d8ECj2tpQ=
-----END CERTIFICATE-----
`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg87+WDK9xjolK6oN2
6q6Yfz90qelRuam5R346ivrMWN6hRANCAARDG5yqfSgXhq57nmo4tei26IBHqMTS
VKjp/hOyD1Mf0+Ku500TugJkbT1FwZEr6HojBEqlJj89LDU7oolaeOXK
-----END PRIVATE KEY-----
`;

interface Answer {
  readonly code: number;
  readonly body: unknown;
}

interface Stored {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Record<string, string>;
    readonly uid?: string;
    readonly creationTimestamp?: string;
  };
  /** instead of the script's next look */
  readonly status?: object;
}

export const refusal = (code: number, message: string): Answer => ({
  code,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", code, message },
});
export const running = { phase: "Running", containerStatuses: [{ state: { running: {} } }] };
export const waiting = (reason: string) => ({ phase: "Pending", containerStatuses: [{ state: { waiting: { reason } } }] });

/**
 * An API server that answers over HTTPS as a real one does, from a script: whether pods can be made, and what a pod is like
 * each time that it is looked at. `attach` says "ready"; `exec` answers every call of the agent's protocol with a greeting.
 */
export class ApiServerStandIn {
  create: Answer | null = null;
  looks: object[] = [running];
  readonly pods = new Map<string, Stored>();
  readonly policies = new Map<string, Stored>();
  readonly calls: string[] = [];
  /** what was written to the standard input of pods' programs */
  readonly said: string[] = [];
  private readonly server = createServer({ cert: certificate, key }, async (request, response) => {
    const { code, body } = this.answer(request, (await request.toArray()).join(""));
    response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  private readonly sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "v4.channel.k8s.io" });

  constructor() {
    this.server.on("upgrade", (request, socket, head) => {
      this.sockets.handleUpgrade(request, socket, head, (opened) => this.converse(request.url ?? "", opened));
    });
  }

  /** Listens, and gives the KUBECONFIG of a worker; `trusted: false` for one that knows another authority. */
  async config({ trusted = true } = {}): Promise<KubeConfig> {
    if (!this.server.listening) await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const server = `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const config = new KubeConfig();
    const caData = trusted ? { caData: Buffer.from(authority).toString("base64") } : {};
    config.loadFromClusterAndUser({ name: "c", server, skipTLSVerify: false, ...caData }, { name: "u", token: "worker-token" });
    return config;
  }

  reset(): void {
    this.create = null;
    this.looks = [running];
    for (const stored of [this.pods, this.policies]) stored.clear();
    this.calls.length = 0;
  }

  close(): void {
    this.server.close();
    this.sockets.close();
  }

  private answer({ method = "", url = "", headers }: IncomingMessage, text: string): Answer {
    const [path = ""] = url.split("?");
    this.calls.push(`${method} ${path}`);
    if (headers.authorization !== "Bearer worker-token") return refusal(401, "Unauthorized");
    if (path === "/version") return { code: 200, body: { gitVersion: "v1.33.1", major: "1", minor: "33" } };
    const [kind, name = ""] = /\/(networkpolicies|pods)(?:\/([^/]+))?$/.exec(path)?.slice(1) ?? [];
    const stored = kind === "pods" ? this.pods : this.policies;
    if (method === "POST") {
      if (kind === "pods" && this.create) return this.create;
      const made: Stored = JSON.parse(text);
      if (stored.has(made.metadata.name)) return refusal(409, "already exists");
      const metadata = { ...made.metadata, uid: randomUUID(), creationTimestamp: new Date().toISOString() };
      stored.set(made.metadata.name, { ...made, metadata });
      return { code: 201, body: { ...made, metadata } };
    }
    if (name === "") return { code: 200, body: { kind: "List", items: [...stored.values()] } };
    const found = stored.get(name);
    if (!found) return refusal(404, "not found");
    if (method === "DELETE") {
      const { preconditions } = text === "" ? {} : JSON.parse(text);
      if (preconditions && preconditions.uid !== found.metadata.uid) return refusal(409, "the UID in the precondition is another");
      stored.delete(name);
      return { code: 200, body: found };
    }
    const look = this.looks.length > 1 ? this.looks.shift() : this.looks[0];
    return { code: 200, body: { status: look, ...found } };
  }

  /** Channel 0 is stdin, 1 stdout. */
  private converse(url: string, opened: WebSocket): void {
    this.calls.push(`UPGRADE ${url.split("?")[0]}`);
    const say = (bytes: Buffer) => opened.send(Buffer.concat([Buffer.from([1]), bytes]));
    const reader = new FrameReader();
    opened.on("message", (message: Buffer) => {
      if (message[0] !== 0) return;
      const bytes = message.subarray(1);
      if (url.includes("/attach")) {
        this.said.push(bytes.toString("utf8"));
        say(Buffer.from("ready\n"));
        return;
      }
      for (const { head: asked } of reader.push(bytes)) {
        const id = typeof asked === "object" && asked !== null && "id" in asked ? asked.id : 0;
        say(encodeFrame({ id, kind: "done", result: { pid: 1, running: [] } }));
      }
    });
  }
}
