import type { CallAccess, Decision, PermissionSubject, RuleLayer } from "../contract.ts";
import { decide, strictness } from "../decide.ts";
import { execAccess } from "./exec-access.ts";

/** The rules under which somebody above works, and who it is. */
export interface Ceiling {
  readonly name: string;
  readonly layers: readonly RuleLayer[];
}

/**
 * What the rules say about a call of somebody who works for others: his own and each of theirs have to allow it, the
 * strictest answer counts and names whose it was. What the sandbox keeps any of them from, it keeps all below from.
 */
export function decideWithin(subject: PermissionSubject, own: readonly RuleLayer[], ceilings: readonly Ceiling[] = []): Decision {
  let decision = decide(subject, own);
  for (const { name, layers } of ceilings) {
    const above = decide(subject, layers);
    if (strictness[above.action] > strictness[decision.action]) decision = { ...above, ceiling: name };
  }
  const access: CallAccess = Object.assign(
    {},
    ...[own, ...ceilings.map(({ layers }) => layers)].map((layers) => execAccess(subject, layers)),
  );
  return access.workspace || access.network ? { ...decision, access } : decision;
}
