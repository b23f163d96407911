import { BlockList, isIP } from "node:net";

/** A list of ranges like "10.1.0.0/16, fd00::/8". Throws when one is not a range. */
export function parseRanges(text: string): BlockList {
  const list = new BlockList();
  for (const range of text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)) {
    if (!addRange(list, range)) throw new Error(`"${range}" is not a range such as 10.1.0.0/16`);
  }
  return list;
}

/** False when it is none. */
export function addRange(list: BlockList, range: string): boolean {
  const [net = "", bits = ""] = range.split("/");
  const family = isIP(net);
  if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  list.addSubnet(net, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return true;
}

export function isInRange(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}
