import type { PermissionSubject } from "../contract.ts";
import { outsideSubject } from "../path-subject.ts";
import { suggestRule } from "../suggest-rule.ts";
import { workspacePath } from "../workspace-path.ts";
import { type FileLook, judgeRuns } from "./judge-runs.ts";
import { judgeScript } from "./judge-script.ts";
import type { ShellEffects } from "./shell-effects.ts";
import { shellParser } from "./shell-grammar.ts";

/** What a shell script touches, by its grammar: every simple command in it, also in changed files that it runs, and the files it writes and reads. */
export async function shellSubject(script: string, look?: FileLook): Promise<PermissionSubject> {
  const parse = await shellParser();
  const effects = judgeScript(script, parse);
  if (look) await judgeRuns(effects, parse, look);
  return subjectOf(effects);
}

export function subjectOf(effects: ShellEffects): PermissionSubject {
  const targets = [...new Set(effects.commands.map((command) => command.text))];
  const unjudgeable = [...new Set(effects.unjudgeable)];
  const aliases = Object.fromEntries(
    effects.commands.filter((command) => command.aliases.length > 0).map((command) => [command.text, command.aliases]),
  );
  const also = [
    editSubject(effects, unjudgeable),
    readSubject(effects),
    outsideSubject([...effects.writes, ...effects.trees, ...effects.touches]),
  ].filter((subject) => subject !== null);
  return {
    permission: "bash",
    targets,
    alwaysRule: targets[0] === undefined ? (unjudgeable[0] ?? "*") : suggestRule("bash", targets[0]),
    ...(Object.keys(aliases).length > 0 ? { aliases } : {}),
    ...(unjudgeable.length > 0 ? { unjudgeable } : {}),
    ...(also.length > 0 ? { also } : {}),
  };
}

/** Files that the script writes, and the pieces of it that may write any. */
function editSubject(effects: ShellEffects, unjudgeable: readonly string[]): PermissionSubject | null {
  const targets = [...new Set([...effects.writes, ...effects.touches].map(workspacePath))];
  const beneath = [...new Set([...effects.trees, ...effects.touchedTrees].map(workspacePath))];
  const unknown = [...new Set([...effects.unknownWrites, ...effects.unknownTouches, ...unjudgeable])];
  if (targets.length === 0 && beneath.length === 0 && unknown.length === 0) return null;
  return {
    permission: "edit",
    targets,
    alwaysRule: suggestRule("edit", targets[0] ?? "*"),
    ...(beneath.length > 0 ? { beneath } : {}),
    ...(unknown.length > 0 ? { unjudgeable: unknown } : {}),
  };
}

function readSubject(effects: ShellEffects): PermissionSubject | null {
  const targets = [...new Set(effects.reads.map(workspacePath))];
  return targets.length === 0 ? null : { permission: "read", targets, alwaysRule: suggestRule("read", targets[0] ?? "*") };
}
