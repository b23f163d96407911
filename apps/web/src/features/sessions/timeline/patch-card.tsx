"use client";

import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import { FileDiff, Undo2 } from "lucide-react";
import { Button } from "../../../ui/button.tsx";
import { DiffStat } from "../../../ui/diff-stat.tsx";
import { useSessionActions } from "../session-actions.tsx";

const shownFiles = 6;

/** What a turn left behind: the files that it changed. */
export function PatchCard({ part }: { part: Extract<Part, { type: "patch" }> }) {
  const { showChanges, revertTo, mayWrite, idle } = useSessionActions();
  const more = part.files.length - shownFiles;
  return (
    <div className="rounded-lg border border-line bg-surface shadow-card" data-testid="patch-card">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 pr-2 pl-3">
        <FileDiff aria-hidden className="size-4 text-accent" />
        <span className="font-medium text-sm">{part.files.length === 1 ? "1 file changed" : `${part.files.length} files changed`}</span>
        <DiffStat additions={part.additions} deletions={part.deletions} />
        {mayWrite && idle ? (
          <Button size="sm" variant="ghost" className="ml-auto" onClick={() => revertTo(part.messageId)}>
            <Undo2 aria-hidden />
            Undo from here
          </Button>
        ) : null}
        <Button size="sm" className={mayWrite && idle ? undefined : "ml-auto"} onClick={() => showChanges()}>
          Review changes
        </Button>
      </div>
      {part.files.length > 0 ? (
        <ul className="border-line border-t px-1 py-1">
          {part.files.slice(0, shownFiles).map((file) => (
            <li key={file}>
              <button
                type="button"
                onClick={() => showChanges(file)}
                className="block w-full truncate rounded px-2 py-0.5 text-left font-mono text-muted text-xs hover:bg-hover hover:text-fg"
              >
                {file}
              </button>
            </li>
          ))}
          {more > 0 ? <li className="px-2 py-0.5 text-faint text-xs">and {more} more</li> : null}
        </ul>
      ) : null}
    </div>
  );
}
