import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

export const visitCookie = "opencode-preview";

const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/** What says where the visitor comes from: the sandbox's business is none of it. */
const aboutVisitor = /^(x-forwarded-|x-real-ip$|x-internal-|forwarded$|via$|cf-|fly-|true-client-ip$)/;
/** What would reach beyond the preview's own origin, or outlive the preview. */
const reachingOut = new Set([
  "strict-transport-security",
  "clear-site-data",
  "alt-svc",
  "nel",
  "report-to",
  "reporting-endpoints",
  "public-key-pins",
  "set-cookie",
]);

/** The value of our cookie, and the Cookie header without it (and without the product's, should a browser ever send them here). */
export function splitCookies(header: string | undefined): { visit: string | null; rest: string | null } {
  const pairs = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "");
  const nameOf = (pair: string) => pair.split("=", 1)[0]?.trim() ?? "";
  const visit = pairs.find((pair) => nameOf(pair) === visitCookie)?.slice(visitCookie.length + 1) ?? null;
  const rest = pairs.filter((pair) => !isOurs(nameOf(pair)));
  return { visit, rest: rest.length > 0 ? rest.join("; ") : null };
}

function isOurs(name: string): boolean {
  return name === visitCookie || /^(__secure-|__host-)?authjs\./i.test(name);
}

/** The request as the server in the sandbox sees it: addressed to localhost, without anything that belongs to us. */
export function headersInwards(headers: IncomingHttpHeaders, { origin, port }: { origin: string; port: number }): OutgoingHttpHeaders {
  const local = `http://localhost:${port}`;
  const named = listed(headers.connection);
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || hopByHop.includes(name) || named.includes(name) || aboutVisitor.test(name)) continue;
    kept[name] = value;
  }
  const { rest } = splitCookies(headers.cookie);
  delete kept.cookie;
  if (rest !== null) kept.cookie = rest;
  // Development servers check whether they are asked by the name that they know.
  kept.host = `localhost:${port}`;
  if (headers.origin === origin) kept.origin = local;
  if (headers.referer?.startsWith(`${origin}/`)) kept.referer = local + headers.referer.slice(origin.length);
  return kept;
}

/** The answer as the browser sees it: nothing in it reaches beyond this origin. */
export function headersOutwards(headers: IncomingHttpHeaders, { origin, port }: { origin: string; port: number }): OutgoingHttpHeaders {
  const named = listed(headers.connection);
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || hopByHop.includes(name) || named.includes(name) || reachingOut.has(name)) continue;
    kept[name] = value;
  }
  const cookies = (headers["set-cookie"] ?? []).map(ownCookie).filter((cookie) => cookie !== null);
  if (cookies.length > 0) kept["set-cookie"] = cookies;
  const local = new RegExp(`^https?://(localhost|127\\.0\\.0\\.1|\\[::1\\]|0\\.0\\.0\\.0):${port}(?=/|$)`);
  if (headers.location) kept.location = headers.location.replace(local, origin);
  return { ...kept, "origin-agent-cluster": "?1", "x-robots-tag": "noindex, nofollow", "referrer-policy": "same-origin" };
}

/** A cookie of the previewed page for its own host only; none by the names of ours. */
function ownCookie(cookie: string): string | null {
  const [pair = "", ...attributes] = cookie.split(";");
  if (isOurs(pair.split("=", 1)[0]?.trim() ?? "")) return null;
  return [pair, ...attributes.filter((attribute) => !/^\s*domain\s*(=|$)/i.test(attribute))].join(";");
}

function listed(header: string | undefined): string[] {
  return (header ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
}
