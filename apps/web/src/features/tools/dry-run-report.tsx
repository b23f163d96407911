"use client";

import type { AppRouter } from "@opencode/core/app-router.ts";
import type { inferRouterOutputs } from "@trpc/server";
import { ArrowRight, CircleCheck } from "lucide-react";
import Link from "next/link";
import { Callout } from "../../ui/callout.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { RuleBadge } from "./rule-badge.tsx";

type Report = inferRouterOutputs<AppRouter>["policy"]["dryRun"];
type Group = Report["groups"][number];

/** What would have been decided otherwise, grouped by the rules before and after. */
export function DryRunReport({ report }: { report: Report }) {
  const flips = report.groups.reduce((sum, group) => sum + group.count, 0);
  return (
    <div className="space-y-3" data-testid="dry-run">
      <p className="text-muted text-sm">
        {report.calls.toLocaleString("en")} {report.calls === 1 ? "call" : "calls"} of the last {report.sessions}{" "}
        {report.sessions === 1 ? "session" : "sessions"} judged again{report.isCut ? " (the newest; there were more)" : ""}:{" "}
        <strong className="font-medium text-fg">
          {flips === 0 ? "nothing would change" : `${flips.toLocaleString("en")} would be decided otherwise`}
        </strong>
        .
      </p>
      {flips === 0 && report.calls > 0 ? (
        <p className="flex items-center gap-2 text-muted text-sm">
          <CircleCheck aria-hidden className="size-4 text-success" /> The edit concerns none of what the agent did there.
        </p>
      ) : null}
      {report.calls === 0 && report.notes.length === 0 ? <p className="text-muted text-sm">No session has made a call yet.</p> : null}
      {report.groups.length > 0 ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface">
          {report.groups.map((group) => (
            <FlipRow key={JSON.stringify([group.before, group.after])} group={group} />
          ))}
        </ul>
      ) : null}
      {report.notes.map((note) => (
        <Callout key={note} tone="warning">
          {note}
        </Callout>
      ))}
    </div>
  );
}

const readOnly = (verdict: Group["after"]) => verdict.access?.workspace === "read-only";
const offline = (verdict: Group["after"]) => verdict.access?.network === "none";

function FlipRow({ group }: { group: Group }) {
  const { base } = useWorkspace();
  const { before, after, count, examples } = group;
  return (
    <li className="space-y-1.5 px-4 py-3">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <RuleBadge action={before.action} />
        <ArrowRight aria-label="becomes" className="size-3.5 text-faint" />
        <RuleBadge action={after.action} />
        <span className="font-medium tabular-nums">{count}×</span>
        <code className="font-mono text-xs [overflow-wrap:anywhere]">
          {after.permission}: {after.pattern}
        </code>
        <span className="text-faint text-xs">
          {after.layer}
          {before.layer === after.layer && before.pattern === after.pattern
            ? ""
            : `, before ${before.layer} ${before.permission}: ${before.pattern}`}
        </span>
      </p>
      {readOnly(before) !== readOnly(after) || offline(before) !== offline(after) ? (
        <p className="text-muted text-xs">
          {readOnly(before) !== readOnly(after) ? `The workspace would be ${readOnly(after) ? "read-only" : "writable"}. ` : ""}
          {offline(before) !== offline(after) ? `The network would be ${offline(after) ? "off" : "as the sandbox allows"}.` : ""}
        </p>
      ) : null}
      <ul className="space-y-0.5">
        {examples.map((example) => (
          <li key={example.callId} className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-xs">
            <code className="min-w-0 max-w-full truncate font-mono text-muted" title={example.target}>
              {example.target || example.tool}
            </code>
            <Link href={`${base}/sessions/${example.sessionId}`} className="text-accent hover:underline">
              {example.sessionTitle || "Untitled session"}
            </Link>
          </li>
        ))}
      </ul>
    </li>
  );
}
