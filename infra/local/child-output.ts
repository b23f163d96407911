import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { say } from "./say.ts";

const maxLogBytes = 20 * 1024 * 1024;
const tailLines = 20;
const pinoWarn = 40;

/** One log file a process; the one before is kept when it has grown too long. */
function openLog(directory: string, name: string): WriteStream {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${name}.log`);
  try {
    if (statSync(file).size > maxLogBytes) renameSync(file, `${file}.1`);
  } catch {
    // There is no log yet.
  }
  return createWriteStream(file, { flags: "a", mode: 0o600 });
}

/** The message of a log line that a person has to see: warnings and worse. */
function warningOf(line: string): string | null {
  if (!line.startsWith("{")) return null;
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record !== "object" || record === null || !("level" in record) || typeof record.level !== "number") return null;
    if (record.level < pinoWarn) return null;
    const message = "msg" in record ? String(record.msg) : line;
    const cause =
      "err" in record && typeof record.err === "object" && record.err !== null && "message" in record.err ? record.err.message : "";
    return cause ? `${message}: ${String(cause).split("\n")[0]}` : message;
  } catch {
    return null;
  }
}

/** Everything that one process prints: all of it to its log, warnings to the console, its last lines kept for a crash. */
export class ChildOutput {
  readonly #name: string;
  readonly #log: WriteStream;
  readonly #tail: string[] = [];
  #lastWarning = "";
  #lastWarningAt = 0;

  constructor(directory: string, name: string) {
    this.#name = name;
    this.#log = openLog(directory, name);
  }

  follow(stream: Readable): void {
    createInterface({ input: stream }).on("line", (line) => this.#line(line));
  }

  tail(): string[] {
    return [...this.#tail];
  }

  close(): void {
    this.#log.end();
  }

  #line(line: string): void {
    this.#log.write(`${line}\n`);
    if (this.#tail.push(line) > tailLines) this.#tail.shift();
    const warning = warningOf(line);
    if (warning === null) return;
    const now = performance.now();
    // A lost connection is tried again every second: said once, not every second.
    if (warning === this.#lastWarning && now - this.#lastWarningAt < 30_000) return;
    this.#lastWarning = warning;
    this.#lastWarningAt = now;
    say.warn(`${this.#name}: ${warning}`);
  }
}
