import type { SessionRow as SessionRowData } from "@opencode/core/modules/sessions/contract.ts";
import Link from "next/link";
import { Age } from "../../../ui/age.tsx";
import { Badge } from "../../../ui/badge.tsx";
import { cn } from "../../../ui/cn.ts";
import { Cost } from "../../../ui/cost.tsx";
import { DiffStat } from "../../../ui/diff-stat.tsx";
import { stateLooks } from "../state-look.ts";
import { StateMark } from "../state-mark.tsx";

/** One session in the list. One that waits for an answer looks different from one that works. */
export function SessionRow({ session, href }: { session: SessionRowData; href: string }) {
  const { state, diff } = session;
  const waits = state === "waiting";
  return (
    <li>
      <Link
        href={href}
        data-testid="session-row"
        data-state={state}
        className={cn(
          "relative flex items-start gap-3 px-4 py-3 transition-colors hover:bg-hover",
          waits && "bg-warning-soft before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-warning",
        )}
      >
        <span className="mt-0.5" title={stateLooks[state].label}>
          <StateMark state={state} hasWork={diff.filesChanged > 0 || session.costMicros > 0} />
          <span className="sr-only">{stateLooks[state].label}</span>
        </span>
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <span className="truncate font-medium">{session.title || "Untitled session"}</span>
            {waits ? <Badge tone="warning">Needs your answer</Badge> : null}
          </span>
          <Reason session={session} />
          <span className="mt-0.5 flex flex-wrap items-center gap-x-1.5 text-faint text-xs">
            <span>{session.repositoryName}</span>
            <span aria-hidden>·</span>
            <span>{session.origin === "browser" ? session.actorName : `${session.actorName} via ${session.origin}`}</span>
            <span aria-hidden>·</span>
            <span>{session.model}</span>
          </span>
        </span>
        <span className="flex shrink-0 flex-col items-end gap-0.5 text-faint text-xs tabular-nums">
          <Age at={session.updatedAt} />
          <span className="flex items-center gap-2">
            {diff.filesChanged > 0 ? <DiffStat additions={diff.additions} deletions={diff.deletions} /> : null}
            <Cost micros={session.costMicros} known={session.costKnown} title="Cost of the models" className="relative hidden sm:inline" />
          </span>
        </span>
      </Link>
    </li>
  );
}

function Reason({ session }: { session: SessionRowData }) {
  if (session.state === "waiting" && session.waitingFor) {
    return (
      <span className="mt-0.5 block truncate font-mono text-warning text-xs">
        {session.waitingFor.permission}: {session.waitingFor.target}
      </span>
    );
  }
  if (session.state === "failed" && session.error) {
    return (
      <span className="mt-0.5 block truncate text-danger text-xs">
        <code className="font-mono">{session.error.code}</code> · {session.error.message}
      </span>
    );
  }
  return null;
}
