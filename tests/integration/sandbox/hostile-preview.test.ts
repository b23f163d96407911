import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { destroySandbox } from "@opencode/core/modules/sandbox/destroy-sandbox.ts";
import {
  useTerminal as actAtTerminal,
  createPreviewServer,
  dropLinks,
  openSandbox,
  readTerminal,
  sandboxAvailability,
} from "@opencode/core/modules/sandbox/index.ts";
import { createPreviewLink, listSandboxPorts } from "@opencode/core/modules/sandbox/preview/preview-link.ts";
import type { UserId } from "@opencode/core/platform/ids.ts";
import { PHASE_PRODUCTION_SERVER } from "next/constants";
import { type BrowserContext, chromium, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import webConfig from "../../../apps/web/next.config.ts";
import { findChromium } from "../../../infra/test/ensure-chromium.ts";
import { startLocalWorker } from "./local-worker.ts";
import { makeMember, makeSession } from "./tenant-rows.ts";

// Before anything reads the environment, which is read once.
const { dataDirectory, ports } = await vi.hoisted(async () => {
  const [{ ownWorkerEnvironment }, { freePort }] = await Promise.all([
    import("./worker-environment.ts"),
    import("../../../infra/local/free-port.ts"),
  ]);
  const { dataDirectory, workerPort } = await ownWorkerEnvironment("hostile-preview", 23_200);
  const ports = { worker: workerPort, preview: await freePort(23_210), product: await freePort(23_220) };
  Object.assign(process.env, { PREVIEW_URL: `http://localhost:${ports.preview}`, PUBLIC_URL: `http://localhost:${ports.product}` });
  return { dataDirectory, ports };
});
const executablePath = findChromium();
const possible = executablePath && (await sandboxAvailability()).available;
if (!possible) console.error("\n*** A hostile preview is NOT tried: there is no Chromium, or no driver works here ***\n");

/** On which the hostile server listens in its sandbox. */
const port = 4455;
const product = `http://localhost:${ports.product}`;
/** What the page in the sandbox finds out, by the name of each attempt. */
const attempts = (product: string, sessionId: string) => `
const product = ${JSON.stringify(product)};
const results = {};
const attempt = async (name, work) => { try { results[name] = await work(); } catch (error) { results[name] = "refused: " + error.name; } };
const typed = JSON.stringify({ kind: "write", data: btoa("echo csrf-''won > csrf-won.txt\\n") });
const terminal = product + "/api/terminal/${sessionId}?workspace=demo";
(async () => {
  await attempt("cookies", () => document.cookie);
  await attempt("storage", () => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].join());
  await attempt("opener", () => String(window.opener));
  await attempt("sent", async () => JSON.stringify(await (await fetch("/headers")).json()));
  await attempt("read", async () => (await fetch(product + "/api/v1/sessions?workspace=demo", { credentials: "include" })).text());
  await attempt("redirected", async () => (await fetch("/go", { credentials: "include" })).text());
  await attempt("typed", async () => (await fetch(terminal, { method: "POST", mode: "no-cors", credentials: "include", body: typed })).type);
  await attempt("typed as JSON", async () => (await fetch(terminal, { method: "POST", credentials: "include", body: typed, headers: { "content-type": "application/json" } })).status);
  await attempt("beacon", () => navigator.sendBeacon(terminal, typed));
  await attempt("socket", () => new Promise((resolve) => { const s = new WebSocket(product.replace("http", "ws") + "/api/terminal/x"); s.onopen = () => resolve("open"); s.onerror = () => resolve("closed"); }));
  await attempt("worker there", async () => (await navigator.serviceWorker.register(product + "/sw.js")).scope);
  await attempt("worker here", async () => (await navigator.serviceWorker.register("/sw.js")).scope);
  await attempt("tossed", () => { for (const name of ["authjs.session-token", "opencode-preview"]) document.cookie = name + "=evil; domain=localhost; path=/"; return document.cookie; });
  await attempt("entrance", async () => (await fetch("/.opencode/enter?token=evil")).status);
  await attempt("frame", () => new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.name = "product";
    frame.src = product + "/w/demo";
    frame.onload = () => { try { resolve(frame.contentDocument ? frame.contentDocument.body.innerText : "nothing"); } catch (error) { resolve("refused: " + error.name); } };
    document.body.append(frame);
  }));
  document.querySelector("button").onclick = async () => {
    const opened = window.open(product + "/w/demo");
    await new Promise((resolve) => { const timer = setInterval(() => { if (opened === null || opened.closed) { clearInterval(timer); resolve(); } }, 50); });
    await attempt("popup", () => opened.document.title);
    document.title = "done";
  };
  window.results = results;
  document.title = "ready";
})();`;

const server = `
const { createServer } = require("http");
const { PRODUCT, PAGE } = process.env;
createServer((request, response) => {
  response.setHeader("set-cookie", ["authjs.session-token=evil; Domain=localhost; Path=/", "mine=1; Domain=localhost; Path=/"]);
  if (request.url === "/headers") return response.end(JSON.stringify(request.headers));
  if (request.url === "/sw.js") return response.writeHead(200, { "content-type": "text/javascript", "service-worker-allowed": "/" }).end("");
  if (request.url.startsWith("/go")) return response.writeHead(302, { location: PRODUCT + "/api/v1/sessions?workspace=demo" }).end();
  response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>evil</title><button>Open</button><script>" + PAGE + "</script>");
}).listen(${port});`;

const resultsSchema = z.record(z.string(), z.unknown());
type Key = Awaited<ReturnType<typeof makeSession>>;

/** In place of the product: its cookie, the security headers that it really sends, and a note of who came with what. */
function standIn(seen: string[]) {
  return createServer(async (request, response) => {
    const { method, url = "", headers } = request;
    seen.push(`${method} ${url.split("?")[0]} ${headers.cookie ?? "without a cookie"}`);
    await request.toArray();
    for (const { source, headers: own } of (await webConfig(PHASE_PRODUCTION_SERVER).headers?.()) ?? []) {
      if (source === "/:path*" || !url.startsWith("/api/")) for (const { key, value } of own) response.setHeader(key, value);
    }
    if (url === "/login") response.setHeader("set-cookie", "authjs.session-token=good; Path=/; HttpOnly; SameSite=Lax");
    response.setHeader("content-type", url.startsWith("/api/") ? "application/json" : "text/html");
    response.end(url.startsWith("/api/") ? "{}" : "<title>product</title>the workspace");
  });
}

describe.skipIf(!possible)("a page that is served from a sandbox", () => {
  const seen: string[] = [];
  const starting = startLocalWorker(ports.worker);
  const web = standIn(seen).listen(ports.product, "localhost");
  const previews = createPreviewServer()?.listen(ports.preview, "localhost");
  const browsing = executablePath ? chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] }) : null;
  const tenants: { key: Key; userId: UserId }[] = [];
  let member: BrowserContext;

  beforeAll(async () => {
    for (let count = 0; count < 2; count += 1) {
      const key = await makeSession();
      const userId = await makeMember(key.workspaceId);
      await (await openSandbox({ ...key, fill: async () => undefined })).close();
      tenants.push({ key, userId });
    }
    const key = tenants[0]?.key;
    if (!key) throw new Error("no tenant");
    const act = (action: Parameters<typeof actAtTerminal>[0]["action"]) =>
      actAtTerminal({ ...key, actor: { kind: "system", id: "test" }, name: "main", action });
    const type = (line: string) => act({ kind: "write", data: Buffer.from(`${line}\n`).toString("base64") });
    const file = async (name: string, text: string) => {
      for (const part of Buffer.from(text)
        .toString("base64")
        .match(/.{1,900}/g) ?? [])
        await type(`echo ${part} >> /tmp/${name}.b64`);
      await type(`base64 -d /tmp/${name}.b64 > /tmp/${name}`);
    };
    await act({ kind: "open", cols: 80, rows: 24 });
    await file("page.js", attempts(product, key.sessionId));
    await file("server.js", server);
    await type(`PRODUCT=${product} PAGE="$(cat /tmp/page.js)" node /tmp/server.js &`);
    await vi.waitFor(async () => expect((await listSandboxPorts(key)).ports).toEqual([port]), { timeout: 20_000, interval: 100 });
    const browser = await browsing;
    if (!browser) throw new Error("no browser");
    member = await browser.newContext();
  });
  afterAll(async () => {
    await (await browsing)?.close();
    await dropLinks();
    for (const { key } of tenants) await destroySandbox(key);
    for (const each of [await starting, web, previews]) each?.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  const linkOf = async (index: number) => {
    const tenant = tenants[index];
    if (!tenant) throw new Error("no such tenant");
    return (await createPreviewLink({ ...tenant.key, userId: tenant.userId, port })).url;
  };

  it("reads nothing of the product, comes without its cookie, frames nothing of it, and leaves nothing with it", async () => {
    const page = await member.newPage();
    await page.goto(`${product}/login`);
    await page.evaluate('localStorage.setItem("canary", "of the product")');
    const preview = await member.newPage();
    const link = await linkOf(0);
    const { origin } = new URL(link);
    await preview.goto(link);
    await preview.waitForFunction('document.title === "ready"');
    seen.push("-- popup");
    const popup = member.waitForEvent("page");
    await preview.getByRole("button", { name: "Open" }).click();
    await (await popup).waitForLoadState();
    await preview.waitForFunction('document.title === "done"');
    const results = resultsSchema.parse(await preview.evaluate("window.results"));
    expect(results).toMatchObject({
      cookies: "mine=1",
      storage: "",
      opener: "null",
      read: "refused: TypeError",
      redirected: "refused: TypeError",
      typed: "refused: TypeError",
      "typed as JSON": "refused: TypeError",
      socket: "closed",
      "worker there": "refused: SecurityError",
      // It rules over its own address only, which nobody else has.
      "worker here": `${origin}/`,
      tossed: "mine=1",
      entrance: 401,
      frame: "nothing",
      popup: "refused: SecurityError",
    });
    expect(String(results.sent)).not.toMatch(/authjs|opencode-preview/);
    const byItself = seen.slice(0, seen.indexOf("-- popup")).filter((line) => !/^GET \/(login|favicon.ico) /.test(line));
    expect(byItself.length).toBeGreaterThan(2);
    expect(byItself.filter((line) => !line.endsWith("without a cookie"))).toEqual([]);
    expect(
      await preview
        .frames()
        .find((frame) => frame.name() === "product")
        ?.evaluate("document.body.innerText"),
    ).not.toContain("workspace");

    // A tab that it sends to the product is an ordinary visit.
    await preview.goto(`${origin}/go`);
    expect(preview.url()).toContain(product);
    expect(await preview.evaluate("String(window.opener)")).toBe("null");
    await expectUntouched(page, member);
    await preview.close();
  });

  it("is closed to strangers: without a link, with a used one, and with a visit to a sandbox of their own", async () => {
    const used = await linkOf(0);
    const { origin, host } = new URL(used);
    await (await member.newPage()).goto(used);
    const stranger = await (await browsing)?.newContext();
    if (!stranger) throw new Error("no browser");
    const page = await stranger.newPage();
    const expectClosed = async (address: string) => {
      expect((await page.goto(address))?.status(), address).toBe(401);
      expect(await page.title()).toBe("Preview");
    };
    await expectClosed(origin);
    await expectClosed(used);
    const own = await linkOf(1);
    await page.goto(own);
    const visit = (await stranger.cookies(own)).find(({ name }) => name === "opencode-preview");
    await stranger.addCookies([{ name: "opencode-preview", value: visit?.value ?? "", domain: host.split(":")[0] ?? "", path: "/" }]);
    await expectClosed(origin);
    const [first, second] = tenants;
    const foreign = { workspaceId: second?.key.workspaceId ?? "", sessionId: first?.key.sessionId ?? "" } as Key;
    const signal = new AbortController().signal;
    await expect(readTerminal({ ...foreign, name: "main", shell: "", after: 0, signal })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

async function expectUntouched(page: Page, context: BrowserContext): Promise<void> {
  await page.reload();
  expect(await page.evaluate('localStorage.getItem("canary")')).toBe("of the product");
  expect(await page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)")).toBe(0);
  const cookies = await context.cookies(product);
  expect(cookies.map(({ name, value }) => `${name}=${value}`)).toEqual(["authjs.session-token=good"]);
}
