import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import { percentDecode } from "../../platform/percent-decode.ts";
import { isPublicAddress, publicFetch } from "../../platform/public-fetch.ts";
import type { GitRun } from "./git.ts";

/** Where a mirror is fetched from, and how git may reach it. */
export interface Remote {
  /** without credentials */
  readonly address: string;
  readonly run: Pick<GitRun, "config" | "environment" | "protocols" | "secrets">;
}

/** An address as typed, split into what may be stored and shown, and the credentials that stood in it. */
export function splitAddress(typed: string): { address: string; token: string | null } {
  const url = new URL(typed);
  const user = percentDecode(url.username).toString();
  const password = percentDecode(url.password).toString();
  url.username = "";
  url.password = "";
  url.hash = "";
  url.search = "";
  const token = password !== "" ? (user === "" ? password : `${user}:${password}`) : user;
  return { address: url.href.replace(/\/+$/, ""), token: token === "" ? null : token };
}

/** The last part of an address or path, without `.git`: what the repository is called. */
export function nameOfAddress(address: string): string {
  const last =
    address
      .replace(/^([^/]*@[^/:]+):/, "$1/")
      .replace(/\/+$/, "")
      .replace(/\/?\.git$/, "")
      .split("/")
      .at(-1) ?? "";
  return readable(last).slice(0, 100) || "repository";
}

/** Without escapes, if they stand for text. */
function readable(last: string): string {
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

const question = "/info/refs?service=git-upload-pack";
const maxRedirects = 3;

/**
 * Where a repository is now, when its server says that it has moved (renamed, or its address lacks `.git`). Asked
 * without the token, over public addresses only; git itself then follows nobody. Without an answer the address stays.
 */
export async function currentAddress(
  address: string,
  ask: (url: string, init: RequestInit) => Promise<Response> = publicFetch,
): Promise<string> {
  let current = address;
  try {
    for (let hop = 0; hop < maxRedirects; hop++) {
      const response = await ask(current + question, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
      await response.body?.cancel();
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || location === null) return current;
      const next = new URL(location, current + question);
      if (next.protocol !== "https:" || !next.href.endsWith(question) || next.username !== "") return current;
      current = next.href.slice(0, -question.length);
    }
    return current;
  } catch {
    return address;
  }
}

/** How an https repository is reached. The token is offered to its host alone, by git's credential protocol. */
export async function urlRemote(given: string, token: string | null): Promise<Remote> {
  const origin = new URL(given).origin;
  const address = env().SINGLE_MACHINE || env().HTTPS_PROXY ? given : await currentAddress(given);
  const url = new URL(address);
  const config: Record<string, string> = {
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
    "http.followRedirects": env().SINGLE_MACHINE ? "initial" : "false",
    "fetch.unpackLimit": "1",
  };
  if (!env().SINGLE_MACHINE) {
    if (url.protocol !== "https:")
      throw new AppError("BAD_REQUEST", "Only https addresses can be connected here. Give the address with https://.");
    const pinned = await publicAddressesOf(url.hostname);
    // The very address that was checked is the one that is used: a name that resolves anew has no second chance.
    if (pinned) config["http.curloptResolve"] = `${url.hostname}:${url.port || "443"}:${pinned.join(",")}`;
  }
  const protocols = [url.protocol.slice(0, -1)];
  if (token === null) return { address, run: { config, protocols, secrets: [] } };
  const [user, password] = splitToken(token);
  // The helper reads the token from the environment of git's own child; it stands in no file and no argument.
  config[`credential.${origin}.helper`] =
    '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$OPENCODE_GIT_USER" "$OPENCODE_GIT_PASSWORD"; }; f';
  return {
    address,
    run: {
      config,
      protocols,
      environment: { OPENCODE_GIT_USER: user, OPENCODE_GIT_PASSWORD: password },
      // Also as it travels: a server may say back what it was sent.
      secrets: [token, password, encodeURIComponent(password), Buffer.from(`${user}:${password}`).toString("base64")],
    },
  };
}

/** `user:token` where a server asks for a certain user; any name will do for GitHub's and GitLab's tokens. */
function splitToken(token: string): [user: string, password: string] {
  const colon = token.indexOf(":");
  return colon > 0 ? [token.slice(0, colon), token.slice(colon + 1)] : ["x-access-token", token];
}

/** The public addresses of a host, to be pinned; null where it is one itself or a proxy guards the way. Refuses private ones. */
export async function publicAddressesOf(hostname: string): Promise<string[] | null> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const refusal = new AppError(
    "BAD_REQUEST",
    `${host} is not a public address, so it can't be connected. Give the address of a server on the internet.`,
  );
  if (isIP(host) !== 0) {
    if (!isPublicAddress(host)) throw refusal;
    return null;
  }
  // A proxy looks names up itself, and guards what is behind it.
  if (env().HTTPS_PROXY) return null;
  const found = await lookup(host, { all: true }).catch((cause) => {
    throw new AppError("UNPROCESSABLE", `There is no server ${host}. Check the address.`, { cause });
  });
  const allowed = found.map((entry) => entry.address).filter(isPublicAddress);
  if (allowed.length === 0) throw refusal;
  return allowed.map((address) => (isIP(address) === 6 ? `[${address}]` : address));
}
