import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerQuestion, type LanguageQuestion } from "./language-question.ts";
import { LanguageSession } from "./language-session.ts";

/**
 * Publishes what it finds in a file, first once more what it found in the text before; nothing of files named "mute". With
 * "pull" it registers that it can be asked instead. Answers "heard" with what it was told.
 */
const program = `
const [kind] = process.argv.slice(1);
const send = (message) => {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  process.stdout.write("Content-Length: " + body.length + "\\r\\n\\r\\n" + body);
};
const heard = [];
const texts = new Map();
const at = { line: 0, character: 0 };
const found = (uri, version) => ({ uri, version, diagnostics: [{ range: { start: at, end: at }, severity: 1, message: texts.get(uri + version) ?? "" }] });
const publish = (uri, version) => version > 0 && send({ method: "textDocument/publishDiagnostics", params: found(uri, version) });
const take = ({ id, method, params }) => {
  heard.push(method + " " + (params?.textDocument?.uri ?? "").split("/").at(-1));
  if (method === "initialize" && kind === "refuse") return send({ id, error: { code: -1, message: "not here" } });
  if (method === "initialize") return send({ id, result: { capabilities: {} } });
  if (method === "initialized" && kind === "pull") return setTimeout(() => send({ id: "r", method: "client/registerCapability", params: { registrations: [{ id: "1", method: "textDocument/diagnostic" }] } }), 50);
  if (method === "exit") process.exit(0);
  if (method === "heard") return send({ id, result: heard });
  if (method === "textDocument/diagnostic") return send({ id, result: { kind: "full", items: found(params.textDocument.uri, 1).diagnostics } });
  const { uri = "", version = 0, text = params?.contentChanges?.[0]?.text } = params?.textDocument ?? {};
  if (text === undefined) return;
  texts.set(uri + version, text);
  if (kind === "pull" || uri.includes("mute")) return;
  publish(uri, version - 1);
  setTimeout(() => publish(uri, version), 100);
};
let pending = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  pending = Buffer.concat([pending, chunk]);
  for (;;) {
    const head = pending.indexOf("\\r\\n\\r\\n");
    const end = head + 4 + Number(/\\d+/.exec(pending.toString("latin1", 0, Math.max(head, 0)))?.[0]);
    if (head < 0 || !(pending.length >= end)) return;
    const message = JSON.parse(pending.toString("utf8", head + 4, end));
    pending = pending.subarray(end);
    if (message.method) take(message);
  }
});
`;

let root = "";
const sessions: LanguageSession[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "language-"));
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.client.notify("exit", {});
  rmSync(root, { recursive: true });
});

function open(kind = "publish"): LanguageSession {
  const session = new LanguageSession({ command: [process.execPath, "-e", program, kind], environment: {}, initialization: {} }, root);
  sessions.push(session);
  return session;
}

function ask(session: LanguageSession, files: readonly string[], timeoutMs = 10_000) {
  const question: LanguageQuestion = { root, timeoutMs, quietMs: 10, server: null, files, ask: { operation: "diagnostics" } };
  return answerQuestion(session, question);
}

const saying = (path: string, message: string) => ({ path, items: [expect.objectContaining({ message })] });

describe("a language server that publishes what it finds", () => {
  it("is believed about the text that stands there now, not about the one before", async () => {
    const session = open();
    for (const text of ["one", "two", "three"]) {
      writeFileSync(join(root, "a.odd"), text);
      expect(await ask(session, ["a.odd"])).toEqual({ state: "done", result: [saying("a.odd", text)] });
    }
  });

  it("has nothing to say of a file that is gone, and is not waited for after the question's time", async () => {
    const session = open();
    expect(await ask(session, ["gone.odd"])).toEqual({ state: "done", result: [{ path: "gone.odd", items: [] }] });
    writeFileSync(join(root, "mute.odd"), "x");
    expect(await ask(session, ["mute.odd"], 200)).toEqual({ state: "timeout" });
    const over = AbortSignal.abort();
    await expect(session.diagnose("mute.odd", { quietMs: 10, signal: over })).rejects.toThrow("aborted");
  });

  it("keeps open what was asked for last", async () => {
    const session = open();
    const names = Array.from({ length: 31 }, (_, at) => `${at}.odd`);
    for (const name of names) writeFileSync(join(root, name), name);
    await session.start();
    for (const name of names.slice(0, 30)) session.look([name]);
    session.look(["0.odd"]);
    session.look(["30.odd"]);
    expect(await ask(session, ["0.odd", "30.odd"])).toEqual({
      state: "done",
      result: [saying("0.odd", "0.odd"), saying("30.odd", "30.odd")],
    });
    const heard = (await session.client.request("heard", {})) as readonly string[];
    expect(heard.filter((line) => line.startsWith("textDocument/didClose"))).toEqual(["textDocument/didClose 1.odd"]);
  });
});

it("a server that says later that it can be asked is asked", async () => {
  const session = open("pull");
  writeFileSync(join(root, "a.odd"), "pulled");
  expect(await ask(session, ["a.odd"])).toEqual({ state: "done", result: [saying("a.odd", "pulled")] });
});

it("a server that refuses the handshake is known to be of no use", async () => {
  const session = open("refuse");
  expect(session.hasFailed).toBe(false);
  await expect(ask(session, [])).rejects.toThrow("not here");
  expect(session.hasFailed).toBe(true);
});
