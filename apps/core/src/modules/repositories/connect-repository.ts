import { posix } from "node:path";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import { kickOutbox, writeEvent } from "../../platform/events/outbox.ts";
import { newId, type RepositoryId, type WorkspaceId } from "../../platform/ids.ts";
import { seal } from "../../platform/secrets.ts";
import { lockWorkspace, recordAudit } from "../tenancy/index.ts";
import { type ConnectRepositoryInput, type RepositoryKind, type RepositoryView, repositoryConnected } from "./contract.ts";
import { keyContext, tokenContext } from "./credential-context.ts";
import { type DeployKey, generateDeployKey, readDeployKey } from "./deploy-key.ts";
import { nameOfAddress, splitAddress } from "./remote.ts";
import { findRepositoryAt, forgetKnownHosts, insertRepository, markConnecting, setRepositoryKey, setRepositoryToken } from "./repo.ts";
import { parseSshAddress } from "./ssh-address.ts";

interface Place {
  readonly kind: RepositoryKind;
  readonly name: string;
  readonly location: string | null;
  readonly token: string | null;
}

function placeOf(input: ConnectRepositoryInput): Place {
  switch (input.kind) {
    case "sample":
      return { kind: "sample", name: "sample", location: null, token: null };
    case "local": {
      if (!env().SINGLE_MACHINE) {
        throw new AppError(
          "BAD_REQUEST",
          "Local paths can be connected only where the product runs on one machine. Connect an https address.",
        );
      }
      const path = posix.resolve(input.path);
      return { kind: "local", name: nameOfAddress(path.replace(/\/\.git$/, "")), location: path, token: null };
    }
    case "ssh": {
      parseSshAddress(input.url);
      return { kind: "ssh", name: nameOfAddress(input.url), location: input.url, token: null };
    }
    case "url": {
      const { address, token } = splitAddress(input.url);
      if (!env().SINGLE_MACHINE && !address.startsWith("https://")) {
        throw new AppError("BAD_REQUEST", "Only https addresses can be connected here. Give the address with https://.");
      }
      return { kind: "url", name: nameOfAddress(address), location: address, token: plainToken(input.token ?? token) };
    }
  }
}

/** Line ends would be further answers in git's credential protocol. */
function plainToken(token: string | null): string | null {
  if (token !== null && /\p{Cc}/u.test(token))
    throw new AppError("BAD_REQUEST", "The access token holds a line end or another control character. Copy it once more.");
  return token;
}

/**
 * Connects a repository: the row, its audit entry and the event that has the worker mirror it, in one transaction.
 * A place that is connected already is answered as it is, fetched anew, with the token that was given now.
 */
export async function connectRepository(
  scope: { workspaceId: WorkspaceId; actorId: string; actorKind?: "user" | "api_key" | "system" },
  input: ConnectRepositoryInput,
): Promise<RepositoryView> {
  const { workspaceId, actorId } = scope;
  const place = placeOf(input);
  const deployKey = await deployKeyOf(input);
  const repository = await withTenant(workspaceId, async (tx) => {
    // Two tabs that connect the same place find the same repository.
    await lockWorkspace(tx, workspaceId);
    const existing = await findRepositoryAt(tx, workspaceId, place.kind, place.location);
    const key = { workspaceId, repositoryId: existing?.id ?? newId("repository") };
    const sealedToken = place.token === null ? null : seal(place.token, tokenContext(key));
    if (existing) {
      if (sealedToken) await setRepositoryToken(tx, key, sealedToken);
      // Without a key of its own it keeps the one that the server may know already.
      if (deployKey && input.kind === "ssh" && input.privateKey !== undefined) await setRepositoryKey(tx, key, sealedKeyOf(key, deployKey));
      // Somebody vouches for the server anew: its keys are pinned again at the next contact.
      if (place.kind === "ssh") await forgetKnownHosts(tx, key);
      await markConnecting(tx, key);
    }
    const row =
      existing ??
      (await insertRepository(tx, {
        ...key,
        name: place.name,
        kind: place.kind,
        location: place.location,
        sealedToken,
        ...(deployKey ? sealedKeyOf(key, deployKey) : {}),
        createdById: actorId,
      }));
    await recordAudit(tx, {
      workspaceId,
      actorKind: scope.actorKind ?? "user",
      actorId,
      action: existing ? "repositories.reconnect" : "repositories.connect",
      subjectId: row.id,
      data: { kind: place.kind, location: place.location, withToken: sealedToken !== null },
    });
    await writeEvent(tx, repositoryConnected, key);
    return existing ? { ...row, state: "connecting" as const, lastError: null } : row;
  });
  kickOutbox();
  return repository;
}

async function deployKeyOf(input: ConnectRepositoryInput): Promise<DeployKey | null> {
  if (input.kind !== "ssh") return null;
  return input.privateKey === undefined ? generateDeployKey("opencode-cloud") : readDeployKey(input.privateKey);
}

function sealedKeyOf(key: { workspaceId: WorkspaceId; repositoryId: RepositoryId }, { privateKey, publicKey }: DeployKey) {
  return { sealedKey: seal(privateKey, keyContext(key)), publicKey };
}
