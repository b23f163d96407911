import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const prefixPattern = /^signkey-\w+-/;
const maxAgeSeconds = 300;

function mac(key: string, body: string, timestamp: string): string {
  return createHmac("sha256", key.replace(prefixPattern, "")).update(body).update(timestamp).digest("hex");
}

/** The header of a signed message: `t=<unix s>&s=<hex HMAC-SHA256(key, body + t)>`. */
export function signatureHeader(key: string, body: string, nowMs: number): string {
  const timestamp = String(Math.floor(nowMs / 1_000));
  return `t=${timestamp}&s=${mac(key, body, timestamp)}`;
}

/** True when the header signs this body with this key and isn't older than five minutes. */
export function isSigned(key: string, body: string, header: string | undefined, nowMs: number): boolean {
  const parameters = new URLSearchParams(header ?? "");
  const timestamp = parameters.get("t") ?? "";
  const signature = parameters.get("s") ?? "";
  if (!/^\d+$/.test(timestamp) || Math.abs(nowMs / 1_000 - Number(timestamp)) > maxAgeSeconds) return false;
  return isEqual(signature, mac(key, body, timestamp));
}

/** What an SDK with this signing key sends as its bearer: the prefix and the SHA-256 of the hex-decoded key. */
export function bearerOf(key: string): string {
  const prefix = prefixPattern.exec(key)?.[0] ?? "";
  return (
    prefix +
    createHash("sha256")
      .update(Buffer.from(key.replace(prefixPattern, ""), "hex"))
      .digest("hex")
  );
}

export function isEqual(a: string, b: string): boolean {
  const left = createHash("sha256").update(a).digest();
  const right = createHash("sha256").update(b).digest();
  return timingSafeEqual(left, right);
}
