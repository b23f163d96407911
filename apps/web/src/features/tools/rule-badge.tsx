import type { PermissionAction } from "@opencode/core/modules/tools/contract.ts";
import { Badge } from "../../ui/badge.tsx";

const tones = { allow: "success", ask: "warning", deny: "danger" } as const;

/** allow, ask or deny, in its colour and always equally wide. */
export function RuleBadge({ action }: { action: PermissionAction }) {
  return (
    <Badge tone={tones[action]} className="w-12 justify-center">
      {action}
    </Badge>
  );
}

/** "bash: git push *" */
export function RuleText({ permission, pattern }: { permission: string; pattern: string }) {
  return (
    <code className="font-mono text-sm [overflow-wrap:anywhere]">
      <span className="text-muted">{permission}:</span> {pattern}
    </code>
  );
}
