import { withTenant } from "../../../platform/database/database.ts";
import type { WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import { type Decision, decideWithin, findTool, type PermissionRule, type PermissionSubject, type RuleLayer } from "../../tools/index.ts";
import type { ToolPart } from "../contract.ts";
import { addFlip, type Flip, type FlipGroup, groupsOf } from "./flip-groups.ts";
import { findRecordedCalls, type RecordedCall } from "./recorded-call-repo.ts";
import { type TurnLayers, turnLayers } from "./turn-layers.ts";

export interface DryRunInput {
  readonly workspaceId: WorkspaceId;
  /** of how many sessions, those that changed last */
  readonly sessions: number;
  /** the policy as it would be; as it is when left out */
  readonly policy?: readonly PermissionRule[] | undefined;
  /** a rule that the workspace would have besides */
  readonly addRule?: PermissionRule | undefined;
}

export interface DryRunReport {
  readonly sessions: number;
  readonly calls: number;
  /** more calls were made in these sessions than are looked at */
  readonly isCut: boolean;
  readonly groups: readonly FlipGroup[];
  /** sessions that could not be judged, and why */
  readonly notes: readonly string[];
}

/**
 * Judges the calls that were made in the last sessions twice: under the rules as they are, and as they would be; answers
 * what would be decided otherwise. Nothing runs, and nothing is changed.
 */
export async function dryRun(input: DryRunInput): Promise<DryRunReport> {
  const { dryRunMaxCalls: maxCalls } = limits.permission;
  const found = await withTenant(input.workspaceId, (tx) =>
    findRecordedCalls(tx, input.workspaceId, { sessions: input.sessions, maxCalls }),
  );
  const groups = new Map<string, FlipGroup>();
  const notes = new Set<string>();
  const turns = new Map<string, TurnLayers>();
  let calls = 0;
  for (const call of found.calls) {
    const layers = turns.get(call.turnId) ?? (await layersOfCall(input.workspaceId, call));
    turns.set(call.turnId, layers);
    if (layers.malformed !== null) {
      notes.add(`${call.sessionTitle || "Untitled"}: ${layers.malformed}`);
      continue;
    }
    // A web process has others to answer, too.
    if (++calls % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    const flip = await judgeTwice(call, layers, input);
    if (flip) addFlip(groups, flip);
  }
  return {
    sessions: found.sessions,
    calls,
    isCut: found.calls.length >= maxCalls,
    groups: groupsOf(groups),
    notes: [...notes].slice(0, 20),
  };
}

async function layersOfCall(workspaceId: WorkspaceId, { sessionId, turnId }: RecordedCall): Promise<TurnLayers> {
  try {
    return await turnLayers({ workspaceId, sessionId, turnId });
  } catch (error) {
    logger.warn({ err: error, sessionId }, "permissions: a session's rules could not be read for a dry run");
    return { malformed: "its repository's rules can't be read from here, so its calls were left out." };
  }
}

async function judgeTwice(call: RecordedCall, layers: TurnLayers & { malformed: null }, input: DryRunInput): Promise<Flip | null> {
  const subject = await subjectOf(call.part);
  const edited = (given: readonly RuleLayer[]) => given.map((layer) => editLayer(layer, input));
  const ceilings = layers.ceilings.map(({ name, layers: above }) => ({ name, layers: edited(above) }));
  const before = decideWithin(subject, layers.own, layers.ceilings);
  const after = decideWithin(subject, edited(layers.own), ceilings);
  return isSame(before, after) ? null : { call, before, after };
}

function editLayer(layer: RuleLayer, { policy, addRule }: DryRunInput): RuleLayer {
  if (layer.layer === "policy" && policy) return { ...layer, rules: policy };
  if (layer.layer !== "workspace" || !addRule) return layer;
  // One for the same pattern takes the new action and the newest place, as saving it does.
  const others = layer.rules.filter((rule) => rule.permission !== addRule.permission || rule.pattern !== addRule.pattern);
  return { ...layer, rules: [...others, addRule] };
}

const isSame = (before: Decision, after: Decision) =>
  before.action === after.action &&
  before.access?.workspace === after.access?.workspace &&
  before.access?.network === after.access?.network;

/** What a recorded call touched; of tools that are not at hand (a server's, a sub-agent's) what its decision says. */
async function subjectOf(part: ToolPart): Promise<PermissionSubject> {
  const tool = findTool(part.tool);
  if (tool) return tool.subject(part.input);
  const { decision } = part;
  const known = decision?.permission === part.tool ? decision.target : part.tool;
  return {
    permission: part.tool,
    targets: [known],
    alwaysRule: known,
    ...(decision?.permission === "edit" ? { also: [{ permission: "edit", targets: [decision.target], alwaysRule: decision.target }] } : {}),
  };
}
