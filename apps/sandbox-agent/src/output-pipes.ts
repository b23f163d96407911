import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { constants, openSync, readdirSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const prefix = "output-";
const stock = 16;
const low = 4;

export interface OutputPipe {
  /** what the command writes to; whoever starts it closes this end afterwards */
  readonly writeEnd: number;
  readonly reader: Socket;
}

/**
 * Real pipes. Node gives a child sockets for its output, which can't be opened by name: `echo x > /dev/stderr` would fail.
 * One pipe for both streams also keeps the order in which the lines were written. Made ahead, since making one takes a process.
 */
export class OutputPipes {
  private readonly ready: string[] = [];
  private readonly directory: string;
  private readonly environment: Record<string, string>;
  private filling: Promise<void> | null = null;
  // Process numbers come again in every life of a sandbox, its directory stays.
  private readonly life = randomBytes(6).toString("hex");
  private made = 0;

  constructor(directory: string, path: string) {
    this.directory = directory;
    this.environment = { PATH: path };
    // What an agent that was killed had made ahead. There is one agent to a directory.
    for (const left of readdirSync(directory).filter((name) => name.startsWith(prefix))) unlinkSync(join(directory, left));
    void this.fill().catch(() => undefined);
  }

  /** Throws when the sandbox can't start another process. */
  take(): OutputPipe {
    const name = this.ready.pop() ?? this.makeOne();
    if (this.ready.length < low) void this.fill().catch(() => undefined);
    const readEnd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = openSync(name, constants.O_WRONLY);
    unlinkSync(name);
    return { writeEnd, reader: new Socket({ fd: readEnd, readable: true, writable: false }) };
  }

  private fill(): Promise<void> {
    this.filling ??= this.make().finally(() => {
      this.filling = null;
    });
    return this.filling;
  }

  private async make(): Promise<void> {
    const names = Array.from({ length: stock }, () => this.nextName());
    await run("mkfifo", ["--mode=600", "--", ...names], { env: this.environment });
    this.ready.push(...names);
  }

  private makeOne(): string {
    const name = this.nextName();
    execFileSync("mkfifo", ["--mode=600", "--", name], { env: this.environment });
    return name;
  }

  private nextName(): string {
    this.made += 1;
    return join(this.directory, `${prefix}${this.life}-${this.made}`);
  }
}
