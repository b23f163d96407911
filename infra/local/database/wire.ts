/** What is needed of Postgres's wire protocol (version 3) to put many connections in front of one backend. */

const protocolVersion3 = 196_608;
const sslRequest = 80_877_103;
const gssRequest = 80_877_104;
const cancelRequest = 80_877_102;

export type Greeting =
  | { readonly kind: "startup" | "refuse-encryption" | "cancel" | "unknown"; readonly length: number }
  | { readonly kind: "incomplete" };

/** Reads the first, untyped message of a connection. */
export function readGreeting(buffer: Buffer): Greeting {
  if (buffer.length < 8) return { kind: "incomplete" };
  const length = buffer.readInt32BE(0);
  if (buffer.length < length) return { kind: "incomplete" };
  const code = buffer.readInt32BE(4);
  if (code === sslRequest || code === gssRequest) return { kind: "refuse-encryption", length };
  if (code === cancelRequest) return { kind: "cancel", length };
  return { kind: code === protocolVersion3 ? "startup" : "unknown", length };
}

export interface Frame {
  /** The message's letter: Q, P, B, D, E, S, X, … */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Splits off the whole messages at the front of `buffer`; what is left over is the beginning of the next. */
export function readFrames(buffer: Buffer): { frames: Frame[]; rest: Buffer } {
  const frames: Frame[] = [];
  let offset = 0;
  while (buffer.length - offset >= 5) {
    const end = offset + 1 + buffer.readInt32BE(offset + 1);
    if (end > buffer.length) break;
    frames.push({ type: String.fromCharCode(buffer.readUInt8(offset)), bytes: buffer.subarray(offset, end) });
    offset = end;
  }
  return { frames, rest: buffer.subarray(offset) };
}

export type BackendState = "idle" | "in-transaction" | "copying" | "busy";

/** What became of a batch. */
export interface Outcome {
  /** what the backend waits for now: the last ReadyForQuery or CopyInResponse says it */
  readonly state: BackendState;
  /** something in it was refused, and what came after it was passed over */
  readonly hasFailed: boolean;
}

export function outcomeOf(answers: Buffer): Outcome {
  let state: BackendState = "busy";
  let hasFailed = false;
  for (const { type, bytes } of readFrames(answers).frames) {
    if (type === "Z") state = bytes.readUInt8(5) === 0x49 ? "idle" : "in-transaction";
    if (type === "G") state = "copying";
    if (type === "E") hasFailed = true;
  }
  return { state, hasFailed };
}

/** A message with its head. */
export function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Strings as the protocol has them, each with its end. */
export const text = (...values: string[]) => Buffer.from(values.map((value) => `${value}\0`).join(""), "utf8");

/** The answer to a startup message where a password is wanted: in clear, as nobody else hears it on one machine. */
export const passwordQuestion = message("R", Buffer.from([0, 0, 0, 3]));

/** What a password message says. */
export function passwordOf({ bytes }: Frame): string {
  return bytes.toString("utf8", 5, bytes.length - 1);
}

/** What tells a client that it is let in and that the server accepts queries. */
export function startupAnswer(serverVersion: string): Buffer {
  const parameters = {
    server_version: serverVersion,
    server_encoding: "UTF8",
    client_encoding: "UTF8",
    DateStyle: "ISO, MDY",
    TimeZone: "UTC",
    integer_datetimes: "on",
    standard_conforming_strings: "on",
  };
  return Buffer.concat([
    message("R", Buffer.alloc(4)),
    ...Object.entries(parameters).map(([name, value]) => message("S", text(name, value))),
    message("K", Buffer.alloc(8)),
    message("Z", Buffer.from("I")),
  ]);
}

export function errorAnswer(code: string, reason: string): Buffer {
  return message("E", Buffer.concat([text("SFATAL", "VFATAL", `C${code}`, `M${reason}`), Buffer.alloc(1)]));
}

/** Brings a backend that was left in the middle of something back to idle. */
export function abandonMessages(state: BackendState): Buffer[] {
  const rollback = message("Q", text("ROLLBACK"));
  if (state === "copying") return [message("f", text("the client went away")), message("S", Buffer.alloc(0)), rollback];
  return [message("S", Buffer.alloc(0)), rollback];
}
