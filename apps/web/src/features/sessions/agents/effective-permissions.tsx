import type { EffectivePermission } from "@opencode/core/modules/sessions/agents/contract.ts";
import { Badge } from "../../../ui/badge.tsx";

const tones = { allow: "success", ask: "warning", deny: "danger" } as const;
const shownExceptions = 6;

/** What an agent may do when all layers of rules are heard. */
export function EffectivePermissions({ permissions }: { permissions: readonly EffectivePermission[] }) {
  if (permissions.length === 0) return null;
  return (
    <section aria-label="What it may do">
      <h3 className="mb-1.5 font-medium text-sm">What it may do in this workspace</h3>
      <ul className="divide-y divide-line rounded-lg border border-line text-xs">
        {permissions.map(({ permission, action, layer, exceptions }) => (
          <li key={permission} className="px-2.5 py-1.5">
            <p className="flex items-center gap-2">
              <span className="min-w-0 flex-1 truncate font-mono">{permission}</span>
              <span className="text-faint">{layer}</span>
              <Badge tone={tones[action]}>{action}</Badge>
            </p>
            {exceptions.length > 0 ? (
              <p className="mt-0.5 flex flex-wrap gap-1 text-faint">
                {exceptions.slice(0, shownExceptions).map((exception) => (
                  <span key={exception.pattern} title={`by the ${exception.layer} rules`}>
                    {exception.action} <code className="font-mono">{exception.pattern}</code>
                  </span>
                ))}
                {exceptions.length > shownExceptions ? <span>and {exceptions.length - shownExceptions} more</span> : null}
              </p>
            ) : null}
          </li>
        ))}
      </ul>
      <p className="mt-1.5 text-faint text-xs">
        A repository's own rules and the workspace's policy are heard besides; the policy has the last word.
      </p>
    </section>
  );
}
