import { type Tx, withTenant } from "../../../platform/database/database.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import { type ConfigRule, describeConfigProblem, readProjectConfig } from "../../repositories/index.ts";
import { type Ceiling, type LayerRule, type PermissionRule, platformLayer, type RuleLayer } from "../../tools/index.ts";
import { unknownRights } from "../agents/repository-agents.ts";
import { agentLineage } from "../agents/turn-agent.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { findPermissionRules } from "../permission-rule-repo.ts";
import { findCallMark, findPolicy, findSessionRules, type StoredSessionRules } from "./policy-repo.ts";

/** Under which rules a turn's calls stand. `malformed`: what is forbidden can't be known, so that nothing may run. */
export type TurnLayers =
  | { readonly malformed: null; readonly own: readonly RuleLayer[]; readonly ceilings: readonly Ceiling[] }
  | { readonly malformed: string };

/** Rules that don't belong to one session: the same for everybody in the workspace who works on the commit. */
interface CommonRules {
  readonly workspace: readonly LayerRule[];
  readonly repository: readonly ConfigRule[];
  readonly policy: readonly PermissionRule[];
}

/** All layers of somebody's calls: what is common, and what is his agent's and his session's. */
function layersOf(common: CommonRules, agent: readonly PermissionRule[], session: readonly PermissionRule[]): RuleLayer[] {
  return [
    platformLayer,
    { layer: "workspace", rules: common.workspace },
    { layer: "repository", rules: common.repository },
    { layer: "agent", rules: agent },
    { layer: "session", rules: session },
    { layer: "policy", rules: common.policy },
  ];
}

export interface StoredRules {
  readonly workspace: readonly LayerRule[];
  readonly policy: readonly PermissionRule[] | null;
  readonly session: StoredSessionRules;
}

async function findTurnRules(tx: Tx, key: TurnKey): Promise<StoredRules> {
  return {
    workspace: await findPermissionRules(tx, key.workspaceId),
    policy: (await findPolicy(tx, key.workspaceId)).rules,
    session: await findSessionRules(tx, key),
  };
}

/** What a process has read of a session's rules, and the mark that it was read under. */
interface KnownRules {
  readonly mark: string;
  readonly stored: StoredRules;
}
const known = new Map<string, KnownRules>();
const maxKnown = 500;

/** The rules that were read last, unsure whether they still hold; null where none were read. */
export function rulesInHand(key: TurnKey): KnownRules | null {
  return known.get(key.sessionId) ?? null;
}

/** The same by the database: read again when their mark is another one. */
export async function findCurrentRules(tx: Tx, key: TurnKey): Promise<StoredRules> {
  // Before what it stands for: what changes in between is read now, and once more next time.
  const { rules: mark } = await findCallMark(tx, key, "");
  const found = known.get(key.sessionId);
  if (found?.mark === mark) return found.stored;
  const stored = await findTurnRules(tx, key);
  if (known.size >= maxKnown) known.clear();
  known.set(key.sessionId, { mark, stored });
  return stored;
}

/** The layers of a turn and of everybody it works for, as they stand now; the repository's as its base commit has them. */
export async function turnLayers(key: TurnKey, stored?: StoredRules): Promise<TurnLayers> {
  const { workspaceId } = key;
  const { workspace, policy, session } = stored ?? (await withTenant(workspaceId, (tx) => findCurrentRules(tx, key)));
  if (policy === null) return { malformed: "The workspace's policy can't be read. An admin has to save it again in the settings." };
  const sessions = session.rules.filter((rules) => rules !== null);
  if (sessions.length < session.rules.length) return { malformed: "The rules that this session was created with can't be read." };
  const { repositoryId, baseCommit } = session;
  const repository = baseCommit === null ? { rules: [] } : await repositoryRules(workspaceId, repositoryId, baseCommit);
  if ("malformed" in repository) return repository;
  const common: CommonRules = { workspace, repository: repository.rules, policy };
  const agents = await agentLineage(key);
  const [own, ...ceilings] = agents.map(
    ({ name, permission }, at): Ceiling => ({ name, layers: layersOf(common, permission, sessions[at] ?? []) }),
  );
  return { malformed: null, own: own?.layers ?? layersOf(common, [], sessions[0] ?? []), ceilings };
}

/** The rules of the repository's own configuration, or why they can't be known. */
async function repositoryRules(
  workspaceId: TurnKey["workspaceId"],
  repositoryId: RepositoryId,
  commit: string,
): Promise<{ rules: readonly ConfigRule[] } | { malformed: string }> {
  const base = { workspaceId, repositoryId, commit };
  const { config, problems } = await readProjectConfig(base);
  const grave = [...problems.filter(({ severity }) => severity === "policy"), ...(await unknownRights(base))];
  if (grave.length === 0) return { rules: config.permission ?? [] };
  const said = grave.slice(0, 5).map(describeConfigProblem).join("; ");
  return {
    malformed: `The repository's configuration is not as it should be, so what it forbids can't be known and nothing was run. ${said}. Mend the file on the base branch, then start a new session.`,
  };
}
