import { createHash } from "node:crypto";
import type { McpTarget } from "./contract.ts";

/** What is approved when a server is approved: where it is and what is run, without the values of headers. */
export function configHashOf(target: McpTarget): string {
  const stable =
    target.kind === "http"
      ? [target.kind, target.url, Object.keys(target.headers).sort()]
      : [target.kind, target.command, Object.entries(target.environment).sort()];
  return createHash("sha256").update(JSON.stringify(stable)).digest("hex");
}
