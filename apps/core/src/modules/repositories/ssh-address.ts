import { AppError } from "../../platform/errors.ts";

export interface SshAddress {
  readonly host: string;
  readonly port: number;
}

/** Takes `git@host:path` or `ssh://git@host:port/path` apart. BAD_REQUEST for anything that ssh or git could take for an option. */
export function parseSshAddress(address: string): SshAddress {
  const match =
    /^ssh:\/\/([A-Za-z0-9_][A-Za-z0-9._-]*)@([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?\/[^\s\p{Cc}]+$/u.exec(address) ??
    /^([A-Za-z0-9_][A-Za-z0-9._-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):(?!-)[^\s\p{Cc}]+()$/u.exec(address);
  const port = Number(match?.[3] || 22);
  if (!match || port < 1 || port > 65_535)
    throw new AppError("BAD_REQUEST", "This is no ssh address. Give it as git@host:owner/name.git or ssh://git@host:port/path.");
  return { host: (match[2] ?? "").replace(/^\[|\]$/g, ""), port };
}
