import { randomBytes } from "node:crypto";
import { openSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";

/**
 * Opens a file that has no name any more: unlike Node's sockets its reader can open it again (as /dev/stdin, say), it
 * never blocks whoever writes it, and it is gone with the last who has it open.
 */
export function openUnnamed(config: AgentConfig, content: Buffer, flags: number): number {
  const name = join(config.control, `file-${randomBytes(8).toString("hex")}`);
  writeFileSync(name, content, { mode: 0o600, flag: "wx" });
  try {
    return openSync(name, flags);
  } finally {
    unlinkSync(name);
  }
}
