import { readFileSync } from "node:fs";

const listening = "0A";

/** The TCP ports on which something listens in the sandbox's network, smallest first; not what belongs to other addresses than its own. */
export function listPorts(read: (file: string) => string = (file) => readFileSync(file, "utf8")): number[] {
  const ports = new Set<number>();
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const port of portsOf(readOrEmpty(read, file))) ports.add(port);
  }
  return [...ports].sort((a, b) => a - b);
}

function portsOf(table: string): number[] {
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listening)
    .map((fields) => Number.parseInt(fields[1]?.split(":").at(-1) ?? "", 16))
    .filter((port) => port > 0 && port < 65_536);
}

function readOrEmpty(read: (file: string) => string, file: string): string {
  try {
    return read(file);
  } catch {
    return "";
  }
}
