import type { PermissionSubject } from "../contract.ts";
import { suggestRule } from "../suggest-rule.ts";

/** What a shell script touches, by its grammar. */
export async function shellSubject(command: string): Promise<PermissionSubject> {
  return { permission: "bash", targets: [command], alwaysRule: suggestRule("bash", command) };
}
