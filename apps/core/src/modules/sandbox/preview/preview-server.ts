import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { withTenant } from "../../../platform/database/database.ts";
import { env } from "../../../platform/env.ts";
import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import { forwardRequest, forwardUpgrade } from "./forward.ts";
import { noticePage } from "./notice-page.ts";
import { openPort } from "./port-tunnel.ts";
import { type PreviewTarget, parsePreviewHost, previewAddressProblem, previewOrigin } from "./preview-address.ts";
import { splitCookies, visitCookie } from "./preview-headers.ts";
import { mayVisit } from "./preview-rights.ts";
import { type PreviewGrant, readGrant, signGrant } from "./preview-token.ts";
import { useUpLink } from "./used-link-repo.ts";

const entrance = "/.opencode/enter";
const open = new Map<string, number>();

/**
 * Serves what listens in sandboxes, each port at an origin of its own, to members that come with a signed link. null: previews
 * have no address here. It knows no route of the product, and the product's cookies never come or go through it.
 */
export function createPreviewServer(): Server | null {
  const { PREVIEW_URL: base, PUBLIC_URL } = env();
  if (!base) return null;
  const why = previewAddressProblem(base, PUBLIC_URL);
  if (why) {
    logger.error({ why }, "previews are off");
    return null;
  }
  const server = createServer((request, response) => {
    serve(base, request, response).catch((error: unknown) => {
      if (!(error instanceof AppError)) logger.warn({ err: error }, "preview: a request failed");
      if (!response.headersSent) notice(response, 502, error instanceof AppError ? error.message : "The preview can't be shown just now.");
      else response.destroy();
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    upgrade(base, request, socket, head).catch(() => socket.destroy());
  });
  server.requestTimeout = 0;
  return server;
}

async function serve(base: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = parsePreviewHost(base, request.headers.host);
  if (!target) return notice(response, 404, "There is no preview at this address.");
  const url = new URL(request.url ?? "/", "http://preview");
  if (url.pathname === entrance) return enter(base, target, url.searchParams.get("token"), { request, response });
  const grant = await visitorOf(target, request);
  if (!grant) return notice(response, 401, "This preview is for members of its workspace. Open it from the session's sandbox panel.");
  const stream = await tunnelTo(grant, target, response);
  if (!stream)
    return notice(response, 502, `Nothing answers on port ${target.port}. Start the server in the session's terminal, then reload.`);
  await forwardRequest({ request, response, stream, origin: previewOrigin(base, target), port: target.port });
}

async function enter(
  base: string,
  target: PreviewTarget,
  token: string | null,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const now = Date.now();
  const grant = request.method === "GET" ? readGrant(token, { ...target, kind: "link", now }) : null;
  if (!grant || !(await withTenant(grant.workspaceId, (tx) => useUpLink(tx, grant, new Date(now))))) {
    notice(response, 401, "This link was used already or is too old. Open the preview again from the session's sandbox panel.");
    return;
  }
  const { id: _id, ...who } = grant;
  const visit = signGrant({ ...who, kind: "visit", expiresAt: now + limits.preview.visitMs });
  const secure = base.startsWith("https:") ? "; Secure" : "";
  response.writeHead(303, {
    location: "/",
    "set-cookie": `${visitCookie}=${visit}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${limits.preview.visitMs / 1_000}${secure}`,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
  });
  response.end();
}

async function visitorOf(target: PreviewTarget, request: IncomingMessage): Promise<PreviewGrant | null> {
  const grant = readGrant(splitCookies(request.headers.cookie).visit, { ...target, kind: "visit", now: Date.now() });
  return grant && (await mayVisit(grant)) ? grant : null;
}

async function upgrade(base: string, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const target = parsePreviewHost(base, request.headers.host);
  const origin = target && previewOrigin(base, target);
  // A browser says whose page opens a WebSocket: only the preview's own.
  const isOwn = origin !== null && request.headers.origin === origin;
  const grant = target && isOwn ? await visitorOf(target, request) : null;
  const stream = grant && target && (await tunnelTo(grant, target, socket));
  if (!stream || !target || !origin) {
    socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  forwardUpgrade({ request, socket, head, stream, origin, port: target.port });
}

/** A stream to the port, which counts until the visitor is served; null when the sandbox sleeps, nothing listens there, or the visitor has left. */
async function tunnelTo(grant: PreviewGrant, target: PreviewTarget, visitor: ServerResponse | Duplex): Promise<Duplex | null> {
  if (visitor.destroyed) return null;
  if ((open.get(target.sandboxId) ?? 0) >= limits.preview.maxTunnels) {
    throw new AppError("TOO_MANY_REQUESTS", "This preview has too many requests open. Close some of its pages.");
  }
  visitor.once("close", count(target));
  const stream = await openPort(grant, target.port);
  if (!visitor.destroyed) return stream;
  stream?.destroy();
  return null;
}

function count({ sandboxId }: PreviewTarget): () => void {
  open.set(sandboxId, (open.get(sandboxId) ?? 0) + 1);
  return () => {
    const left = (open.get(sandboxId) ?? 1) - 1;
    if (left > 0) open.set(sandboxId, left);
    else open.delete(sandboxId);
  };
}

function notice(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(noticePage(message));
}
