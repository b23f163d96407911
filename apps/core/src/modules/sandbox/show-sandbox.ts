import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { notFound } from "../../platform/errors.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import type { SandboxView } from "./contract.ts";
import { networkRules, shownHosts } from "./network/network-rules.ts";
import { sandboxIdOf } from "./open-sandbox.ts";
import { findSandbox, sandboxOwner } from "./repo.ts";
import { findReport } from "./report-repo.ts";
import { findPolicy } from "./settings/repo.ts";
import { completePolicy } from "./settings/sandbox-policy.ts";

/** What people see of a session's sandbox, also before it has one. Throws NOT_FOUND for a session of another workspace. */
export async function showSandbox({ workspaceId, sessionId }: { workspaceId: WorkspaceId; sessionId: SessionId }): Promise<SandboxView> {
  const { row, report, stored } = await withTenant(workspaceId, async (tx) => {
    const owner = await sandboxOwner(tx, { workspaceId, sessionId });
    if (!owner) throw notFound("The session");
    const key = { id: sandboxIdOf(owner), workspaceId };
    return { row: await findSandbox(tx, key), report: await findReport(tx, key), stored: await findPolicy(tx, workspaceId) };
  });
  const policy = completePolicy(stored);
  const rules = networkRules(policy, row?.handle.network ?? undefined);
  return {
    // One that was never begun (a fork's, whose machine is known already) is none yet.
    state: row && (row.state !== "requested" || row.heartbeatAt !== null) ? row.state : "none",
    driver: row?.driver ?? null,
    image: row ? (row.handle.image ?? (row.driver === "docker" ? env().SANDBOX_DOCKER_IMAGE : null)) : null,
    error: row?.error ?? null,
    limits: policy.limits,
    network: { mode: rules.mode, hosts: shownHosts(rules), blocked: report.blocked },
    setup: report.setup,
    createdAt: row?.createdAt ?? null,
    readyAt: row?.readyAt ?? null,
    lastUsedAt: row?.lastUsedAt ?? null,
  };
}
