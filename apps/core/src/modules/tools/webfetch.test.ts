import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import { publicFetch } from "../../platform/public-fetch.ts";
import type { OpenSandbox } from "../sandbox/contract.ts";
import type { ToolResult } from "./contract.ts";
import type { ToolContext } from "./tool.ts";
import { webfetchTool } from "./webfetch.ts";

const page = `<!doctype html><html><head><title>A &amp; B</title><style>.x{}</style><script>evil()</script></head><body>
<h1>Title</h1><p>Some <b>bold</b> and <a href="/x">a link</a>.</p><ul><li>one</li><li>two</li></ul>
<pre><code>let x = 1 &lt; 2;</code></pre><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table><!-- gone --><img src="data:image/png;base64,AAAA" alt="dot"></body></html>`;

const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  "/page": (_, response) => response.setHeader("content-type", "text/html; charset=utf-8").end(page),
  "/latin": (_, response) => response.setHeader("content-type", "text/plain; charset=iso-8859-1").end(Buffer.from([0x68, 0xe4, 0x21])),
  "/meta": (_, response) =>
    response
      .setHeader("content-type", "text/html")
      .end(Buffer.concat([Buffer.from('<meta charset="windows-1252"><p>'), Buffer.from([0x93, 0x61, 0x94]), Buffer.from("</p>")])),
  "/zipped": (_, response) =>
    response.setHeader("content-type", "text/plain").setHeader("content-encoding", "gzip").end(gzipSync("zipped text")),
  "/json": (_, response) => response.setHeader("content-type", "application/ld+json").end('{"a":1}'),
  "/image": (_, response) => response.setHeader("content-type", "image/png").end("x"),
  "/pdf": (_, response) => response.setHeader("content-type", "application/pdf").end("x"),
  "/zip": (_, response) => response.setHeader("content-type", "application/zip").end("x"),
  "/binary": (_, response) => response.end(Buffer.from([1, 0, 2])),
  "/missing": (_, response) => response.writeHead(404, { "content-type": "text/html" }).end("<h1>Not here</h1>"),
  "/hop": (_, response) => response.writeHead(302, { location: "/page" }).end(),
  "/loop": (_, response) => response.writeHead(302, { location: "/loop" }).end(),
  "/away": (_, response) => response.writeHead(301, { location: "http://other.example/page" }).end(),
  "/file": (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
  "/huge": (_, response) => {
    response.setHeader("content-type", "text/plain");
    const line = "x".repeat(99);
    for (let count = 0; count < 80_000; count += 1) response.write(`${line}\n`);
    response.end();
  },
  "/slow": () => undefined,
};

const server = createServer((request, response) =>
  (routes[request.url ?? ""] ?? ((_, answer) => answer.writeHead(500).end()))(request, response),
);
let base = "";
const written = new Map<string, string>();
const sandbox = {
  writeFile: async (_: string, path: string, content: string) => void written.set(path, content),
} as unknown as OpenSandbox;

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const context: ToolContext = { workspaceId: newId("workspace"), sessionId: newId("session"), sandbox, callId: "call_1" };
const tool = webfetchTool(fetch);
const get = (path: string, options: object = {}, signal?: AbortSignal): Promise<ToolResult> =>
  tool.execute({ url: `${base}${path}`, ...options }, { ...context, ...(signal ? { signal } : {}) });

test("a page becomes Markdown, its words, or stays HTML", async () => {
  const markdown = await get("/page");
  expect(markdown).toMatchObject({ isError: false, metadata: { status: 200, contentType: "text/html", pageTitle: "A & B" } });
  expect(markdown.output).toMatch(
    /^# A & B\n[\s\S]*# Title[\s\S]*\*\*bold\*\* and \[a link\]\(\/x\)[\s\S]*- +one[\s\S]*```\nlet x = 1 < 2;\n```/,
  );
  expect(markdown.output).toContain("1 | 2 |");
  expect(markdown.output).not.toMatch(/evil|base64|gone/);
  const words = await get("/page", { format: "text" });
  expect(words.output).toContain("Some bold and a link.");
  expect(words.output).not.toMatch(/evil|<p>/);
  expect((await get("/page", { format: "html" })).output).toBe(page);
});

test("charsets and encodings are read as they are declared", async () => {
  expect((await get("/latin")).output).toBe("hä!");
  expect((await get("/meta")).output).toBe("“a”");
  expect((await get("/zipped")).output).toBe("zipped text");
  expect((await get("/json")).output).toBe('{"a":1}');
});

test.each([
  ["/image", /is an image \(image\/png\)\. webfetch reads text only/],
  ["/pdf", /is a PDF/],
  ["/zip", /application\/zip, which can't be read as text/],
  ["/binary", /is no text/],
  ["/missing", /# Not here[\s\S]*404/],
  ["/loop", /redirects more than 5 times/],
  ["/away", /another host\. To read it, call webfetch with this address: http:\/\/other\.example\/page/],
  ["/file", /another host/],
])("%s is told as it is", async (path, message) => {
  expect(await get(path)).toMatchObject({ isError: true, output: expect.stringMatching(message) });
});

test("a redirect on the same host is followed", async () => {
  expect(await get("/hop")).toMatchObject({ isError: false, metadata: { url: `${base}/page` } });
});

test("five megabytes at most, head and tail shown, all of what was read in a file", async () => {
  const huge = await get("/huge");
  expect(huge).toMatchObject({ isError: false, metadata: { truncated: true, bytes: 5 * 1024 * 1024 } });
  expect(Buffer.byteLength(huge.output)).toBeLessThan(60_000);
  expect(huge.output).toContain("The page is too long");
  expect(written.get(String(huge.metadata.outputFile))).toHaveLength(5 * 1024 * 1024);
});

test("a time-out and an interruption say so", async () => {
  expect((await get("/slow", { timeout: 1 })).output).toContain("no answer came within 1 seconds");
  const controller = new AbortController();
  const running = get("/slow", {}, controller.signal);
  controller.abort();
  expect((await running).output).toContain("interrupted by the user");
});

test("private addresses are refused, also by name; so are credentials and other protocols", async () => {
  const real = webfetchTool(publicFetch);
  for (const url of [
    `${base}/page`,
    "http://localhost:4400/",
    "http://[::1]/",
    "http://169.254.169.254/latest/meta-data",
    "http://0x7f000001/",
  ]) {
    expect(await real.execute({ url }, context)).toMatchObject({
      isError: true,
      output: expect.stringContaining("is not a public address"),
    });
  }
  expect(await real.execute({ url: "http://user:pass@example.com/" }, context)).toMatchObject({
    isError: true,
    output: expect.stringContaining("password"),
  });
  expect(await real.execute({ url: "file:///etc/passwd" }, context)).toMatchObject({
    isError: true,
    output: expect.stringContaining("https://"),
  });
});

test("the permission is asked for the host", async () => {
  expect(await tool.subject({ url: "https://docs.example.com:8443/a?b" })).toEqual({
    permission: "webfetch",
    targets: ["docs.example.com"],
    alwaysRule: "docs.example.com",
  });
});
