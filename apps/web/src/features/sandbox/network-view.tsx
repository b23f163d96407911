import { Ban } from "lucide-react";
import { Age } from "../../ui/age.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { SandboxData } from "./sandbox-data.ts";

const modes = {
  none: { label: "none", text: "Commands of the agent reach no host." },
  allowlist: { label: "allow list", text: "Commands of the agent reach these hosts only." },
  full: { label: "full", text: "Commands of the agent reach every public host; private addresses stay closed." },
} as const;

/** Whom the sandbox may talk to, and whom it wanted to and may not. */
export function NetworkView({ network }: { network: SandboxData["network"] }) {
  const { label, text } = modes[network.mode];
  return (
    <div className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
      <div className="px-3 py-2">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={network.mode === "full" ? "warning" : "neutral"}>{label}</Badge>
          <span className="text-muted">{text}</span>
        </p>
        {network.mode === "allowlist" && network.hosts.length > 0 ? (
          <details className="mt-1.5">
            <summary className="cursor-pointer text-faint text-xs hover:text-fg">{network.hosts.length} hosts</summary>
            <ul className="mt-1 columns-1 gap-4 font-mono text-muted text-xs sm:columns-2">
              {network.hosts.map((host) => (
                <li key={host} className="truncate" title={host}>
                  {host}
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </div>
      {network.blocked.map(({ host, port, reason, count, lastAt }) => (
        <div key={`${host}:${port}`} className="flex items-start gap-2 px-3 py-2" data-testid="blocked-host">
          <Ban aria-hidden className="mt-0.5 size-3.5 shrink-0 text-danger" />
          <div className="min-w-0 flex-1">
            <p className="font-mono text-xs [overflow-wrap:anywhere]">
              {host}:{port}
            </p>
            <p className="text-faint text-xs">
              {reason} · {count === 1 ? "once" : `${count} times`}, <Age at={lastAt} ago />
            </p>
          </div>
        </div>
      ))}
    </div>
  );
}
