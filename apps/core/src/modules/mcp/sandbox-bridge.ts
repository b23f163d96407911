/**
 * Runs inside the sandbox under its own Node, with a request on standard input: starts the server, shakes hands over its
 * standard streams, makes one request, prints the answer (gzip, base64) and ends the server. No quote of the shell's
 * single kind may stand in it.
 */
export const bridgeProgram = String.raw`
import { spawn } from "node:child_process";
import { gzipSync } from "node:zlib";
let text = "";
process.stdin.setEncoding("utf8");
for await (const chunk of process.stdin) text += chunk;
const { command, environment, method, params, timeoutMs, protocolVersion, maxTextChars } = JSON.parse(text);
const child = spawn(command[0], command.slice(1), { env: { ...process.env, ...environment }, stdio: ["pipe", "pipe", "pipe"], detached: true });
let said = "";
child.stderr.on("data", (chunk) => { said = (said + chunk).slice(-2000); });
child.stdin.on("error", () => {});
child.stdout.setEncoding("utf8");
const waiting = new Map();
let last = 0;
let rest = "";
const finish = (answer) => {
  const packed = gzipSync(JSON.stringify(answer)).toString("base64");
  process.stdout.write("\n<mcp>" + packed + "</mcp>\n", () => {
    try { process.kill(-child.pid, "SIGKILL"); } catch {}
    process.exit(0);
  });
};
const fail = (error) => finish({ error, stderr: said.slice(-500) });
child.on("error", (error) => fail("could not be started: " + error.message));
child.on("exit", (code, signal) => fail("ended by itself (" + (signal ?? "exit code " + code) + ")"));
setTimeout(() => fail("did not answer within " + timeoutMs + " ms"), timeoutMs);
child.stdout.on("data", (chunk) => {
  rest += chunk;
  if (!chunk.includes("\n") && rest.length <= 20000000) return;
  if (rest.length > 20000000 && !chunk.includes("\n")) return fail("wrote a line of more than 20 MB");
  const lines = rest.split("\n");
  rest = lines.pop();
  for (const line of lines) {
    let message;
    try { message = JSON.parse(line); } catch { continue; }
    if (message === null || typeof message !== "object") continue;
    if (message.id !== undefined && message.method) {
      child.stdin.write(JSON.stringify({ jsonrpc: "2.0", id: message.id, error: { code: -32601, message: "not offered" } }) + "\n");
    } else if (waiting.has(message.id)) { waiting.get(message.id)(message); waiting.delete(message.id); }
  }
});
const ask = (method, params) => new Promise((resolve, reject) => {
  const id = ++last;
  waiting.set(id, (message) => message.error ? reject(new Error(message.error.message ?? "error")) : resolve(message.result));
  child.stdin.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\n");
});
const cut = (result) => {
  if (result === null || typeof result !== "object") return result;
  let left = maxTextChars;
  if (Array.isArray(result.content) && result.content.length > 1000) result.content = result.content.slice(0, 1000);
  if (JSON.stringify(result.structuredContent ?? null).length > left) delete result.structuredContent;
  for (const item of Array.isArray(result.content) ? result.content : []) {
    if (item === null || typeof item !== "object") continue;
    for (const key of ["text", "data"]) {
      if (typeof item[key] !== "string") continue;
      if (item[key].length > left) item[key] = key === "text" ? item.text.slice(0, left) + "\n[cut: the answer was longer]" : "";
      left = Math.max(0, left - item[key].length);
    }
  }
  return result;
};
try {
  await ask("initialize", { protocolVersion, capabilities: {}, clientInfo: { name: "opencode-cloud", version: "1" } });
  child.stdin.write(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }) + "\n");
  if (method === "tools/list") {
    const tools = [];
    let cursor;
    do {
      const page = await ask(method, cursor ? { cursor } : {});
      tools.push(...(page.tools ?? []));
      cursor = page.nextCursor;
    } while (cursor && tools.length < 1000);
    finish({ result: { tools } });
  } else finish({ result: cut(await ask(method, params)) });
} catch (error) { fail("answered with an error: " + String(error.message).slice(0, 1000)); }
`;
