import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const names = ["SECRETS_KEY", "AUTH_SECRET", "INTERNAL_SECRET"] as const;
export type LocalSecrets = Record<(typeof names)[number], string>;

function readSecrets(file: string): Partial<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new Error(`${file} can't be read as JSON. It holds the keys of this installation's sealed data: restore it from a backup.`);
  }
}

/** This machine's own secrets, made on the first start and kept in `secrets.json` (readable by its owner only). */
export function localSecrets(dataDirectory: string): LocalSecrets {
  const file = join(dataDirectory, "secrets.json");
  const kept = readSecrets(file);
  const secret = (name: (typeof names)[number]) => {
    const value = kept[name];
    return typeof value === "string" ? value : randomBytes(32).toString("hex");
  };
  const secrets = { SECRETS_KEY: secret("SECRETS_KEY"), AUTH_SECRET: secret("AUTH_SECRET"), INTERNAL_SECRET: secret("INTERNAL_SECRET") };
  if (names.some((name) => kept[name] === undefined)) {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify({ ...kept, ...secrets }, null, 2)}\n`, { mode: 0o600 });
  }
  chmodSync(file, 0o600);
  return secrets;
}
