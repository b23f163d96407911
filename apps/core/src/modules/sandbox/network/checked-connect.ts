import { lookup } from "node:dns/promises";
import { BlockList, connect, isIP, type Socket } from "node:net";
import { isPublicAddress } from "../../../platform/public-fetch.ts";
import type { Target } from "./network-rules.ts";

/** Gives the addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The name leads into our own network, or nowhere. */
export class UnreachableTarget extends Error {
  readonly isPolicy: boolean;
  constructor(message: string, isPolicy: boolean) {
    super(message);
    this.isPolicy = isPolicy;
  }
}

const resolveByHost: Resolve = async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Ranges like "10.1.0.0/16, fd00::/8" that an operator opens although they are not public. Throws when one is not a range. */
export function parseRanges(text: string): BlockList {
  const list = new BlockList();
  for (const range of text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [net = "", bits = ""] = range.split("/");
    const family = isIP(net);
    const most = family === 4 ? 32 : 128;
    if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) throw new Error(`"${range}" is not a range such as 10.1.0.0/16`);
    list.addSubnet(net, Number(bits), family === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

/**
 * Connects to a target over an address that was looked at: what the name resolves to is checked, and exactly that is
 * connected to. A name with one private address among public ones is refused whole: that is how names are turned around.
 */
export function checkedConnector(options: {
  privateRanges: BlockList;
  resolve?: Resolve;
  timeoutMs: number;
}): (target: Target) => Promise<Socket> {
  const resolve = options.resolve ?? resolveByHost;
  const mayReach = (address: string) =>
    isPublicAddress(address) || options.privateRanges.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  return async (target) => {
    const addresses = isIP(target.host) === 0 ? await resolve(target.host).catch(() => []) : [target.host];
    if (addresses.length === 0) throw new UnreachableTarget(`${target.host} has no address`, false);
    const refused = addresses.find((address) => isIP(address) === 0 || !mayReach(address));
    if (refused !== undefined) throw new UnreachableTarget("its address is not a public one", true);
    let failure: unknown;
    for (const address of addresses.slice(0, 4)) {
      try {
        return await connectTo(address, target.port, options.timeoutMs);
      } catch (error) {
        failure = error;
      }
    }
    throw new UnreachableTarget(
      `${target.host} can't be reached (${failure instanceof Error ? failure.message.slice(0, 100) : "no answer"})`,
      false,
    );
  };
}

function connectTo(address: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, autoSelectFamily: false });
    const timer = setTimeout(() => socket.destroy(new Error("no answer in time")), timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      socket.on("error", () => socket.destroy()); // until whoever gets it listens himself
      resolve(socket);
    });
  });
}
