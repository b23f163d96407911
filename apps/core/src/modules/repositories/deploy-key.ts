import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";

const run = promisify(execFile);

export interface DeployKey {
  /** OpenSSH's format, without a passphrase */
  readonly privateKey: string;
  /** one line, as a server's settings want it */
  readonly publicKey: string;
}

const field = (data: Buffer | string): Buffer => {
  const bytes = Buffer.from(data as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** A new ed25519 key pair for one repository. */
export function generateDeployKey(comment: string): DeployKey {
  const pair = generateKeyPairSync("ed25519");
  const jwk = pair.privateKey.export({ format: "jwk" });
  const open = Buffer.from(jwk.x ?? "", "base64url");
  const secret = Buffer.from(jwk.d ?? "", "base64url");
  const type = "ssh-ed25519";
  const blob = Buffer.concat([field(type), field(open)]);
  const check = randomBytes(4);
  const inner = Buffer.concat([check, check, field(type), field(open), field(Buffer.concat([secret, open])), field(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, index) => index + 1));
  const count = Buffer.from([0, 0, 0, 1]);
  const whole = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field("none"),
    field("none"),
    field(""),
    count,
    field(blob),
    field(Buffer.concat([inner, padding])),
  ]);
  const lines = whole.toString("base64").match(/.{1,70}/g) ?? [];
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `${type} ${blob.toString("base64")} ${comment}`,
  };
}

/** A key that somebody pasted, with its public half. BAD_REQUEST when it can't be read or has a passphrase. */
export async function readDeployKey(pasted: string): Promise<DeployKey> {
  const privateKey = `${pasted.replaceAll("\r\n", "\n").trim()}\n`;
  const directory = await mkdtemp(join(tmpdir(), "opencode-key-"));
  const file = join(directory, "key");
  try {
    await writeFile(file, privateKey, { mode: 0o600 });
    const { stdout } = await run("ssh-keygen", ["-y", "-P", "", "-f", file], {
      env: { PATH: env().PATH, NODE_ENV: "production" },
      timeout: 10_000,
    });
    return { privateKey, publicKey: stdout.trim() };
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw isMissing
      ? new AppError("UNAVAILABLE", "OpenSSH is not installed on this machine. Install openssh-client, then connect again.")
      : new AppError(
          "BAD_REQUEST",
          "This private key can't be read. Paste the whole key of a pair without a passphrase, or let one be made here.",
        );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** `SHA256:…` of the keys in a known-hosts text, as ssh shows them. */
export function fingerprintsOf(knownHosts: string): string[] {
  return knownHosts.split("\n").flatMap((line) => {
    const [, type, blob] = line.trim().split(/\s+/);
    if (!type || !blob) return [];
    return [`${type} SHA256:${createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64").replace(/=+$/, "")}`];
  });
}
