import { lookup as dnsLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector, fetch as undiciFetch } from "undici";

/** Thrown (as the cause of a fetch's TypeError) when an address lies inside our own network. */
export class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";
  readonly host: string;
  constructor(host: string) {
    super(`${host} is not a public address`);
    this.host = host;
  }
}

// Two lists: one list would hold IPv4 addresses, as ::ffff:a.b.c.d, against the IPv6 ranges too.
const notPublic4 = new BlockList();
const notPublic6 = new BlockList();
const ipv4Ranges = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;
// Only 2000::/3 is given out as public; within it: Teredo, documentation, ORCHID, 6to4.
const ipv6Ranges = [
  ["::", 3],
  ["4000::", 2],
  ["8000::", 1],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;
for (const [net, bits] of ipv4Ranges) notPublic4.addSubnet(net, bits, "ipv4");
for (const [net, bits] of ipv6Ranges) notPublic6.addSubnet(net, bits, "ipv6");

/** True for an IP address that may be reached over the internet: neither loopback, private, link-local nor reserved. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic4.check(address, "ipv4");
  return family === 6 && !notPublic6.check(address, "ipv6");
}

// The check happens on the very addresses that are connected to: a name that resolves anew has no second chance.
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const allowed = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = allowed;
    if (!first) return callback(new PrivateAddressError(hostname), []);
    if (options.all) return callback(null, allowed);
    callback(null, first.address, first.family);
  });
};

const connector = buildConnector({ lookup: publicLookup, timeout: 10_000 });
const agent = new Agent({
  connect: (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, "");
    // An address in the URL itself is never looked up.
    if (isIP(host) !== 0 && !isPublicAddress(host)) callback(new PrivateAddressError(host), null);
    else connector(options, callback);
  },
});

/** `fetch` that reaches public addresses only, also over redirects; for addresses that tenants enter. */
export async function publicFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  // undici's types and the global ones describe the same classes twice.
  const request = { ...init, dispatcher: agent } as unknown as NonNullable<Parameters<typeof undiciFetch>[1]>;
  return (await undiciFetch(url, request)) as unknown as Response;
}
