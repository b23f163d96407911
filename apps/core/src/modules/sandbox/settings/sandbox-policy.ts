import { type Tx, withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../../platform/ids.ts";
import { recordAudit } from "../../tenancy/index.ts";
import { type SandboxLimitsView, type SandboxPolicy, type SandboxPolicyView, sandboxPolicySchema } from "../contract.ts";
import type { SandboxLimits } from "../driver.ts";
import { defaultLimits } from "../drivers.ts";
import { registries } from "../network/registries.ts";
import { findPolicy, type StoredPolicy, savePolicy } from "./repo.ts";

const megabyte = 1024 ** 2;

/** What this installation gives a sandbox at most. */
export const ceiling: SandboxLimitsView = {
  memoryMb: Math.floor(defaultLimits.memoryBytes / megabyte),
  processes: defaultLimits.processes,
  cpus: defaultLimits.cpus,
  diskMb: Math.floor(defaultLimits.diskBytes / megabyte),
};

const defaults: SandboxPolicy = {
  network: "allowlist",
  extraHosts: [],
  limits: ceiling,
  idleMinutes: Math.round(defaultLimits.idleMs / 60_000),
  retentionDays: 30,
  warmPool: 0,
};

export function completePolicy(stored: StoredPolicy | null | undefined): SandboxPolicy {
  const policy = sandboxPolicySchema.parse({ ...defaults, ...stored });
  return { ...policy, limits: bounded(policy.limits) };
}

/** What the workspace's sandboxes may do; the installation's defaults where nothing was set. */
export async function getSandboxPolicy(workspaceId: WorkspaceId): Promise<SandboxPolicy> {
  return withTenant(workspaceId, (tx) => readSandboxPolicy(tx, workspaceId));
}

/** The same, in a transaction that is open already. */
export async function readSandboxPolicy(tx: Tx, workspaceId: WorkspaceId): Promise<SandboxPolicy> {
  return completePolicy(await findPolicy(tx, workspaceId));
}

export async function showSandboxPolicy(workspaceId: WorkspaceId): Promise<SandboxPolicyView> {
  return { policy: await getSandboxPolicy(workspaceId), registries, ceiling };
}

/** Sets what is given and keeps the rest. The network's part holds from the next request on, the others from the next start on. */
export async function updateSandboxPolicy(input: {
  workspaceId: WorkspaceId;
  actorId: UserId;
  change: { readonly [Key in keyof SandboxPolicy]?: SandboxPolicy[Key] | undefined };
}): Promise<SandboxPolicyView> {
  const { workspaceId, actorId, change } = input;
  const over = change.limits && Object.entries(change.limits).find(([name, value]) => value > ceiling[name as keyof SandboxLimitsView]);
  if (over)
    throw new AppError("BAD_REQUEST", `${over[0]} can be ${ceiling[over[0] as keyof SandboxLimitsView]} at most on this installation.`);
  const policy = await withTenant(workspaceId, async (tx) => {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const next = completePolicy({ ...(await findPolicy(tx, workspaceId)), ...given });
    await savePolicy(tx, { workspaceId, actorId, policy: next });
    const data = {
      network: next.network,
      extraHosts: next.extraHosts,
      limits: JSON.stringify(next.limits),
      retentionDays: next.retentionDays,
    };
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "sandboxes.updatePolicy", subjectId: workspaceId, data });
    return next;
  });
  return { policy, registries, ceiling };
}

/** The driver's limits with the workspace's, which are never over them. */
export function limitsOf(policy: SandboxPolicy, most: SandboxLimits): SandboxLimits {
  const { limits } = policy;
  return {
    ...most,
    memoryBytes: Math.min(most.memoryBytes, limits.memoryMb * megabyte),
    processes: Math.min(most.processes, limits.processes),
    cpus: Math.min(most.cpus, limits.cpus),
    diskBytes: Math.min(most.diskBytes, limits.diskMb * megabyte),
  };
}

function bounded(limits: SandboxLimitsView): SandboxLimitsView {
  return {
    memoryMb: Math.min(limits.memoryMb, ceiling.memoryMb),
    processes: Math.min(limits.processes, ceiling.processes),
    cpus: Math.min(limits.cpus, ceiling.cpus),
    diskMb: Math.min(limits.diskMb, ceiling.diskMb),
  };
}
