import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { env } from "./env.ts";
import { AppError } from "./errors.ts";

// Layout: version (1) | key id (4) | nonce (12) | tag (16) | ciphertext. The key id finds the key after a rotation.
const version = 1;
const headBytes = 1 + 4 + 12 + 16;

function keys(): Map<string, Buffer> {
  const hexKeys = [env().SECRETS_KEY, env().SECRETS_KEY_PREVIOUS].filter((value) => value !== undefined);
  return new Map(
    hexKeys.map((hex) => {
      const key = Buffer.from(hex, "hex");
      return [keyIdOf(key).toString("hex"), key];
    }),
  );
}

function keyIdOf(key: Buffer): Buffer {
  return createHash("sha256").update("opencode-secret-key-id").update(key).digest().subarray(0, 4);
}

/** Seals a secret for storage (AES-256-GCM). `context` is bound to it: the row it belongs to, so that a copied cell does not open elsewhere. */
export function seal(plaintext: string, context: string): Uint8Array<ArrayBuffer> {
  const key = Buffer.from(env().SECRETS_KEY, "hex");
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  return Uint8Array.from(Buffer.concat([Buffer.from([version]), keyIdOf(key), nonce, cipher.getAuthTag(), body]));
}

/** Opens what `seal` made with the same context. Throws UNAVAILABLE when the key is gone or the value was changed. */
export function unseal(sealed: Uint8Array, context: string): string {
  const buffer = Buffer.from(sealed);
  const key = keys().get(buffer.subarray(1, 5).toString("hex"));
  if (buffer.length < headBytes || buffer[0] !== version || !key) {
    throw new AppError(
      "UNAVAILABLE",
      "A stored secret can't be opened: SECRETS_KEY has changed. Set SECRETS_KEY_PREVIOUS to the old key, or enter the secret again.",
    );
  }
  const decipher = createDecipheriv("aes-256-gcm", key, buffer.subarray(5, 17));
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(buffer.subarray(17, headBytes));
  try {
    return Buffer.concat([decipher.update(buffer.subarray(headBytes)), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new AppError("UNAVAILABLE", "A stored secret was damaged and can't be opened. Enter it again.", { cause });
  }
}

/** SHA-256 in hex: how tokens and API keys are stored. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
