import { BlockList, connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { percentDecode } from "../../../platform/percent-decode.ts";
import { addRange, isInRange } from "./address-ranges.ts";
import type { Target } from "./network-rules.ts";
import { UnreachableTarget } from "./unreachable-target.ts";

/** The proxy by which this installation reaches the internet, and for what it is not used. */
export interface UpstreamProxy {
  /**
   * Targets are named to it, instead of the addresses that were looked at: for a proxy that decides by names, or where names
   * can't be looked up here. It has to keep private addresses out by itself then: a name may mean another address to it.
   */
  readonly takesNames: boolean;
  /** Whether the target is reached without it. */
  spares(target: Target, addresses: readonly string[]): boolean;
  /** A tunnel to this host. Throws UnreachableTarget. */
  connect(host: string, port: number, timeoutMs: number): Promise<Socket>;
}

/** `url`: HTTPS_PROXY, http or https, with `user:password@` where it wants that; `spared`: NO_PROXY. */
export function upstreamProxy(options: { url: string; spared?: string | undefined; takesNames: boolean }): UpstreamProxy {
  const url = new URL(options.url);
  const spares = sparing(options.spared ?? "");
  return {
    takesNames: options.takesNames,
    spares,
    connect: (host, port, timeoutMs) => tunnel(url, isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`, timeoutMs),
  };
}

/** As curl and Go read NO_PROXY: names mean what is below them too; a port, a range of addresses and `*` are understood. */
function sparing(text: string): UpstreamProxy["spares"] {
  const ranges = new BlockList();
  const names = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "" && !addRange(ranges, entry))
    .map((entry) => {
      const [, name = entry, port] = (isIP(entry) === 0 && /^(.+):(\d+)$/.exec(entry)) || [];
      return { name: name.replace(/^\*?\./, ""), port: port === undefined ? null : Number(port) };
    });
  return ({ host, port }, addresses) =>
    names.some(
      (entry) => (entry.port ?? port) === port && (entry.name === "*" || host === entry.name || host.endsWith(`.${entry.name}`)),
    ) ||
    (addresses.length > 0 && addresses.every((address) => isInRange(ranges, address)));
}

const maxAnswerBytes = 16 * 1024;

/** No part of the proxy's own address or credentials stands in what it throws: commands read that. */
function tunnel(url: URL, authority: string, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = open(url);
    let heard = Buffer.alloc(0);
    const fail = (failure: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new UnreachableTarget(failure, false));
    };
    const hungUp = () => fail("the proxy between here and the internet hung up");
    const take = (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      const end = heard.indexOf("\r\n\r\n");
      if (end < 0 && heard.length <= maxAnswerBytes) return;
      const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(heard.toString("latin1", 0, 64))?.[1];
      if (end < 0 || !status?.startsWith("2")) {
        fail(refusalBy(status));
        return;
      }
      clearTimeout(timer);
      socket.off("data", take).off("close", hungUp).pause();
      if (heard.length > end + 4) socket.unshift(heard.subarray(end + 4));
      resolve(socket);
    };
    const timer = setTimeout(() => fail("the proxy between here and the internet gave no answer in time"), timeoutMs);
    socket.on("error", () => fail("the proxy between here and the internet can't be reached"));
    socket.once("close", hungUp);
    socket.on("data", take);
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
      socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization(url)}\r\n`);
    });
  });
}

function open(url: URL): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol !== "https:") return connect({ host, port: Number(url.port || 80) });
  return connectTls({ host, port: Number(url.port || 443), ...(isIP(host) === 0 && { servername: host }), ALPNProtocols: ["http/1.1"] });
}

function authorization({ username, password }: URL): string {
  if (username === "" && password === "") return "";
  const pair = Buffer.concat([percentDecode(username), Buffer.from(":"), percentDecode(password)]).toString("base64");
  return `Proxy-Authorization: Basic ${pair}\r\n`;
}

function refusalBy(status: string | undefined): string {
  const who = "the proxy between here and the internet";
  if (status === undefined) return `${who} gave an answer that is none`;
  return status === "407" ? `${who} wants other credentials (407)` : `${who} refused it (${status})`;
}
