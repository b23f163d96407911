import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface GitServer {
  /** e.g. http://localhost:21301 */
  readonly origin: string;
  /** the Authorization headers that came, decoded */
  readonly credentials: string[];
  /** how requests are met before git sees them */
  mode: "serve" | "redirect" | "hang" | "break";
  close(): Promise<void>;
}

/** git's own http-backend behind a Node server with basic authentication; `password: null` lets everybody in. */
export async function serveGit(root: string, options: { password: string | null; redirectTo?: string; port?: number }): Promise<GitServer> {
  const credentials: string[] = [];
  const server: Server = createServer((request, response) => {
    const sent = /^Basic (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const login = sent === undefined ? null : Buffer.from(sent, "base64").toString("utf8");
    if (login !== null) credentials.push(login);
    if (handle.mode === "hang") return;
    if (handle.mode === "break") {
      request.socket.destroy();
      return;
    }
    if (handle.mode === "redirect") {
      response.writeHead(302, { location: `${options.redirectTo ?? ""}${request.url ?? ""}` }).end();
      return;
    }
    if (options.password !== null && login?.split(":").slice(1).join(":") !== options.password) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end("sign in");
      return;
    }
    backend(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const handle: GitServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials,
    mode: "serve",
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return handle;
}

function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const child = spawn("git", ["-c", "safe.directory=*", "http-backend"], {
    env: {
      NODE_ENV: "test",
      PATH: "/usr/bin:/bin:/usr/local/bin",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_ADDR: "127.0.0.1",
    },
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  let head = Buffer.alloc(0);
  let headSent = false;
  child.stdout.on("data", (chunk: Buffer) => {
    if (headSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    headSent = true;
    const headers = head
      .subarray(0, end)
      .toString("latin1")
      .split("\r\n")
      .map((line) => line.split(/: (.*)/s));
    const status = Number(headers.find(([name]) => name === "Status")?.[1]?.slice(0, 3) ?? 200);
    for (const [name, value] of headers) if (name && value !== undefined && name !== "Status") response.setHeader(name, value);
    response.writeHead(status);
    response.write(head.subarray(end + 4));
  });
  child.on("close", () => response.end());
}
