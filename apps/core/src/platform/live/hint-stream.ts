import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { limits } from "../limits.ts";
import { logger } from "../logger.ts";
import { parseJson } from "../parse-json.ts";
import { type LiveHint, liveHintSchema } from "./live-hint.ts";
import { liveSource } from "./live-hub.ts";

/** Hints over a connection, in both directions: a line of JSON each. */
export class HintStream {
  readonly #socket: Duplex;
  readonly #onHint: (hint: LiveHint) => void;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  constructor(socket: Duplex, { onHint, onEnd }: { onHint: (hint: LiveHint) => void; onEnd: () => void }) {
    this.#socket = socket;
    this.#onHint = onHint;
    if (socket instanceof Socket) socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#read(this.#decoder.write(chunk)));
    socket.on("error", (error) => logger.debug({ err: error }, "live: a stream failed"));
    socket.once("end", () => socket.destroy());
    socket.once("close", onEnd);
  }

  send(hint: LiveHint): void {
    // Who does not read for so long polls, and comes back when it can.
    if (this.#socket.writableLength > limits.live.streamMaxBufferedBytes) this.#socket.destroy();
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(hint)}\n`);
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
    if (this.#rest.length > limits.live.streamMaxBufferedBytes) this.#socket.destroy();
  }

  #take(line: string): void {
    const parsed = liveHintSchema.safeParse(parseJson(line));
    if (!parsed.success) logger.warn({ chars: line.length }, "live: a line that is no hint");
    else if (parsed.data.source !== liveSource()) this.#onHint(parsed.data);
  }
}
