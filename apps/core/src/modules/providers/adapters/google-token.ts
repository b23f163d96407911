import { createSign } from "node:crypto";
import { z } from "zod";
import { parseJson } from "../../../platform/parse-json.ts";
import { readText } from "./read-text.ts";
import { WireFault } from "./wire-fault.ts";

const accountSchema = z.object({
  client_email: z.string(),
  private_key: z.string(),
  token_uri: z.url().default("https://oauth2.googleapis.com/token"),
});
const answerSchema = z.object({ access_token: z.string(), expires_in: z.number() });
const scope = "https://www.googleapis.com/auth/cloud-platform";
const lifeSeconds = 3_600;
const spareMs = 60_000;
const maxAnswerBytes = 64 * 1024;

// A token lives an hour; asked for once for each account.
const tokens = new Map<string, { readonly token: string; readonly expiresAt: number }>();

/** A service account's access token: a signed statement is exchanged for it. Throws WireFault. */
export async function googleToken(
  key: string,
  fetchFrom: (url: string, init: RequestInit) => Promise<Response>,
  signal?: AbortSignal,
): Promise<string> {
  const known = tokens.get(key);
  if (known && known.expiresAt > Date.now() + spareMs) return known.token;
  const account = accountSchema.safeParse(parseJson(key));
  if (!account.success) throw new WireFault({ kind: "http", status: 401, detail: "the key is no service account's key file" });
  const { client_email, private_key, token_uri } = account.data;
  const issued = Math.floor(Date.now() / 1_000);
  const claims = { iss: client_email, scope, aud: token_uri, iat: issued, exp: issued + lifeSeconds };
  const unsigned = [{ alg: "RS256", typ: "JWT" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const assertion = `${unsigned}.${sign(unsigned, private_key)}`;
  const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }).toString();
  const response = await fetchFrom(token_uri, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
    ...(signal ? { signal } : {}),
  });
  const { text } = await readText(response, maxAnswerBytes);
  if (!response.ok)
    throw new WireFault({ kind: "http", status: response.status < 500 ? 401 : response.status, detail: text.slice(0, 300) });
  const answer = answerSchema.safeParse(parseJson(text));
  if (!answer.success) throw new WireFault({ kind: "malformed", detail: "no access token" });
  tokens.set(key, { token: answer.data.access_token, expiresAt: Date.now() + answer.data.expires_in * 1_000 });
  return answer.data.access_token;
}

function sign(text: string, privateKey: string): string {
  try {
    return createSign("RSA-SHA256").update(text).sign(privateKey, "base64url");
  } catch {
    throw new WireFault({ kind: "http", status: 401, detail: "the key file's private key can't be read" });
  }
}
