import { lookup } from "node:dns/promises";
import { type BlockList, connect, isIP, type Socket } from "node:net";
import { isPublicAddress } from "../../../platform/public-fetch.ts";
import { isInRange } from "./address-ranges.ts";
import type { Target } from "./network-rules.ts";
import { UnreachableTarget } from "./unreachable-target.ts";
import type { UpstreamProxy } from "./upstream-proxy.ts";

/** Gives the addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** What no public name is: no dot in it, or an ending that is kept for networks' own names. */
const innerName = /^[^.]+$|\.(localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

const resolveByHost: Resolve = async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Connects to a target over an address that was looked at: what the name resolves to is checked, and exactly that is
 * connected to. A name with one private address among public ones is refused whole: that is how names are turned around.
 * With a proxy in between it is the one that connects, to the same address; or to a name, where it guards what is behind it.
 */
export function checkedConnector(options: {
  /** reached although they are not public */
  privateRanges: BlockList;
  upstream?: UpstreamProxy | null;
  resolve?: Resolve;
  timeoutMs: number;
}): (target: Target) => Promise<Socket> {
  const { upstream = null, timeoutMs, privateRanges, resolve = resolveByHost } = options;
  const mayReach = (address: string) => isIP(address) !== 0 && (isPublicAddress(address) || isInRange(privateRanges, address));
  return async (target) => {
    const addresses = isIP(target.host) === 0 ? await resolve(target.host).catch(() => []) : [target.host];
    if (!addresses.every(mayReach)) throw new UnreachableTarget("its address is not a public one", true);
    const between = upstream?.spares(target, addresses) === false ? upstream : null;
    if (between?.takesNames) {
      if (addresses.length === 0 && innerName.test(target.host)) throw new UnreachableTarget("its name is not a public one", true);
      return between.connect(target.host, target.port, timeoutMs);
    }
    const connectBy = between ? between.connect : connectTo;
    let failure: unknown;
    for (const address of addresses.slice(0, 4)) {
      try {
        return await connectBy(address, target.port, timeoutMs);
      } catch (error) {
        failure = error;
      }
    }
    if (failure === undefined) throw new UnreachableTarget(`${target.host} has no address`, false);
    const why = failure instanceof Error ? failure.message.slice(0, 100) : "no answer";
    throw new UnreachableTarget(`${target.host} can't be reached (${why})`, false);
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
