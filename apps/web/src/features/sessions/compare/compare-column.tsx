"use client";

import type { CompareEntry } from "@opencode/core/modules/sessions/compare/contract.ts";
import { Check, FileDiff } from "lucide-react";
import Link from "next/link";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { cn } from "../../../ui/cn.ts";
import { Cost } from "../../../ui/cost.tsx";
import { DiffStat } from "../../../ui/diff-stat.tsx";
import { formatCount } from "../../../ui/format-count.ts";
import { formatDuration } from "../../../ui/format-duration.ts";
import { Markdown } from "../../../ui/markdown.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { StatePill } from "../state-pill.tsx";

interface CompareColumnProps {
  entry: CompareEntry;
  number: number;
  chosen: boolean;
  /** its diff stands below */
  shown: boolean;
  busy: boolean;
  onShow: () => void;
  onChoose: (() => void) | null;
}

/** One attempt: how it stands, what it changed and took, and what it says. */
export function CompareColumn({ entry, number, chosen, shown, busy, onShow, onChoose }: CompareColumnProps) {
  const { base } = useWorkspace();
  return (
    <article
      aria-label={`Attempt ${number}`}
      data-testid="compare-column"
      className={cn(
        "flex w-80 min-w-0 shrink-0 snap-start flex-col gap-3 rounded-xl border bg-surface p-4 lg:w-auto lg:flex-1 lg:basis-72",
        chosen ? "border-accent ring-3 ring-accent/15" : "border-line",
        entry.archived && "opacity-60",
      )}
    >
      <header className="space-y-1">
        <p className="flex items-center gap-2">
          <span className="font-semibold">Attempt {number}</span>
          <StatePill state={entry.state} />
          {chosen ? <Badge tone="accent">chosen</Badge> : null}
          {entry.archived ? <Badge>archived</Badge> : null}
        </p>
        <p className="truncate text-muted text-sm" title={entry.model}>
          {entry.model} · {entry.agent}
        </p>
      </header>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm [&_dd]:min-w-0 [&_dt]:text-faint">
        <dt>Changes</dt>
        <dd>
          {entry.diff.filesChanged === 0 ? (
            "none"
          ) : (
            <>
              {entry.diff.filesChanged === 1 ? "1 file" : `${entry.diff.filesChanged} files`}{" "}
              <DiffStat additions={entry.diff.additions} deletions={entry.diff.deletions} />
            </>
          )}
        </dd>
        <dt>Tests</dt>
        <dd>{entry.tests.length === 0 ? "none run" : <TestRuns tests={entry.tests} />}</dd>
        <dt>Took</dt>
        <dd className="tabular-nums">
          {entry.durationMs === null ? "—" : formatDuration(entry.durationMs)} · {entry.steps === 1 ? "1 step" : `${entry.steps} steps`}
        </dd>
        <dt>Cost</dt>
        <dd className="tabular-nums">
          <Cost micros={entry.costMicros} known={entry.costKnown} /> · {formatCount(entry.tokens)} tokens
        </dd>
      </dl>
      <div className="max-h-80 min-h-0 flex-1 overflow-y-auto border-line border-t pt-3 text-sm">
        {entry.error ? <p className="text-danger">{entry.error}</p> : null}
        {entry.finalText === "" ? <p className="text-faint">Nothing said yet.</p> : <Markdown text={entry.finalText} caret={false} />}
      </div>
      <footer className="flex flex-wrap gap-2">
        {onChoose && !entry.archived ? (
          <Button size="sm" variant={chosen ? "secondary" : "primary"} disabled={busy} onClick={onChoose} data-testid="choose">
            <Check aria-hidden /> {chosen ? "Take back" : "Choose"}
          </Button>
        ) : null}
        <Button size="sm" aria-pressed={shown} disabled={entry.diff.filesChanged === 0} onClick={onShow}>
          <FileDiff aria-hidden /> {shown ? "Hide the diff" : "Diff"}
        </Button>
        <Button asChild size="sm">
          <Link href={`${base}/sessions/${entry.sessionId}`}>Open</Link>
        </Button>
      </footer>
    </article>
  );
}

function TestRuns({ tests }: { tests: CompareEntry["tests"] }) {
  return (
    <ul className="space-y-0.5">
      {tests.map(({ command, exitCode }) => (
        <li key={command} className="flex items-center gap-1.5">
          <Badge tone={exitCode === 0 ? "success" : "danger"}>
            {exitCode === 0 ? "passed" : exitCode === null ? "killed" : `exit ${exitCode}`}
          </Badge>
          <code className="truncate font-mono text-xs" title={command}>
            {command}
          </code>
        </li>
      ))}
    </ul>
  );
}
