import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import { unseal } from "../../platform/secrets.ts";
import { keyContext } from "./credential-context.ts";
import { publicAddressesOf, type Remote } from "./remote.ts";
import { pinKnownHosts, type RepositoryKey, type RepositorySource } from "./repo.ts";
import { parseSshAddress } from "./ssh-address.ts";

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Runs work with the way to a repository over ssh: its deploy key in a file that only this process's user can read and that
 * is gone afterwards; no agent, no configuration of anybody. The server's keys are pinned at the first contact, and from
 * then on a server that shows others is not talked to.
 */
export async function withSshRemote<T>(key: RepositoryKey, source: RepositorySource, work: (remote: Remote) => Promise<T>): Promise<T> {
  const address = source.location ?? "";
  const { host, port } = parseSshAddress(address);
  if (!source.sealedKey) throw new AppError("UNPROCESSABLE", "This repository's deploy key is gone. Connect it again.");
  const pinned = env().SINGLE_MACHINE ? null : await publicAddressesOf(host);
  const parent = join(resolve(env().DATA_DIR), "git");
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeLeftKeys(parent);
  const directory = await mkdtemp(join(parent, "ssh-"));
  const [keyFile, knownHosts] = [join(directory, "key"), join(directory, "known_hosts")];
  const privateKey = unseal(source.sealedKey, keyContext(key));
  try {
    await writeFile(keyFile, privateKey, { mode: 0o600 });
    await writeFile(knownHosts, source.knownHosts ?? "", { mode: 0o600 });
    const options = {
      IdentityFile: keyFile,
      UserKnownHostsFile: knownHosts,
      GlobalKnownHostsFile: "/dev/null",
      IdentitiesOnly: "yes",
      IdentityAgent: "none",
      BatchMode: "yes",
      PreferredAuthentications: "publickey",
      StrictHostKeyChecking: source.knownHosts ? "yes" : "accept-new",
      HostKeyAlias: port === 22 ? host : `[${host}]:${port}`,
      HashKnownHosts: "no",
      UpdateHostKeys: "no",
      ConnectTimeout: "15",
      ServerAliveInterval: "15",
      ServerAliveCountMax: "4",
      ClearAllForwardings: "yes",
      PermitLocalCommand: "no",
      ControlPath: "none",
      ...(pinned?.[0] ? { Hostname: pinned[0].replace(/^\[|\]$/g, "") } : {}),
    };
    const command = [
      "ssh",
      "-F",
      "/dev/null",
      "-T",
      ...Object.entries(options).flatMap(([name, value]) => ["-o", quoted(`${name}=${value}`)]),
    ].join(" ");
    return await work({
      address,
      run: {
        config: { "fetch.unpackLimit": "1" },
        protocols: ["ssh"],
        environment: { GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: "ssh" },
        secrets: [privateKey, directory],
      },
    });
  } finally {
    const seen = source.knownHosts ? "" : (await readFile(knownHosts, "utf8").catch(() => "")).trim();
    // Before anything that can fail: the key lies in there.
    await rm(directory, { recursive: true, force: true });
    if (seen !== "") await withTenant(key.workspaceId, (tx) => pinKnownHosts(tx, key, `${seen}\n`));
  }
}

const leftAfterMs = 2 * 3_600_000;

/** Takes keys away that a process which was killed has left. */
async function removeLeftKeys(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const made = name.startsWith("ssh-") ? await stat(join(parent, name)).catch(() => null) : null;
    if (made && Date.now() - made.mtimeMs > leftAfterMs) await rm(join(parent, name), { recursive: true, force: true });
  }
}
