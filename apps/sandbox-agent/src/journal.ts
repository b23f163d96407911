import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecResult, FileStat } from "@opencode/core/modules/sandbox/contract.ts";

export type JournalEntry =
  | { readonly callId: string; readonly state: "started"; readonly at: number }
  | { readonly callId: string; readonly state: "finished"; readonly result: ExecResult }
  | { readonly callId: string; readonly state: "written"; readonly stat: FileStat };

/**
 * One file a call, replaced atomically. It outlives the agent: a call that stands here as started, and that no living
 * agent is running, was interrupted.
 */
export class Journal {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  read(callId: string): JournalEntry | null {
    try {
      const entry: JournalEntry = JSON.parse(readFileSync(this.file(callId), "utf8"));
      return entry.callId === callId ? entry : null;
    } catch {
      return null;
    }
  }

  write(entry: JournalEntry): void {
    const file = this.file(entry.callId);
    writeFileSync(`${file}.new`, JSON.stringify(entry), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  private file(callId: string): string {
    return join(this.directory, `${createHash("sha256").update(callId).digest("hex")}.json`);
  }
}
