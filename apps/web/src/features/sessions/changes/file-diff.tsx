"use client";

import type { Diff as SessionDiff } from "@opencode/core/modules/repositories/contract.ts";
import { ChevronRight } from "lucide-react";
import { memo, useMemo } from "react";
import { Decoration, Diff, Hunk } from "react-diff-view";
import { Badge } from "../../../ui/badge.tsx";
import { cn } from "../../../ui/cn.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { DiffStat } from "../../../ui/diff-stat.tsx";
import { parsePatch } from "./parse-patch.ts";
import { renderDiffToken, useDiffTokens } from "./use-diff-tokens.tsx";

export type DiffFile = SessionDiff["files"][number];
export type DiffLayout = "unified" | "split";

const diffTypes = { added: "add", deleted: "delete", modified: "modify", renamed: "rename", mode: "modify" } as const;
const statusNotes = { added: "new", deleted: "deleted", modified: null, renamed: "renamed", mode: "mode" } as const;

interface FileDiffProps {
  file: DiffFile;
  layout: DiffLayout;
  open: boolean;
  onToggle: (path: string) => void;
}

/** One changed file: its name is always there, its lines when it is open. */
export const FileDiff = memo(function FileDiff({ file, layout, open, onToggle }: FileDiffProps) {
  const note = statusNotes[file.status];
  return (
    <section
      id={fileAnchor(file.path)}
      aria-label={file.path}
      className="scroll-mt-2 overflow-clip rounded-lg border border-line bg-surface"
    >
      <div className="sticky top-0 z-10 flex items-center gap-1 border-line border-b bg-surface pr-1">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => onToggle(file.path)}
          className="flex h-9 min-w-0 flex-1 items-center gap-2 px-2 text-left hover:bg-hover"
        >
          <ChevronRight aria-hidden className={cn("size-3.5 shrink-0 text-faint transition-transform", open && "rotate-90")} />
          <span className="truncate font-mono text-xs [direction:rtl]">
            <bdi>{file.oldPath && file.oldPath !== file.path ? `${file.oldPath} → ${file.path}` : file.path}</bdi>
          </span>
          {note ? <Badge className="h-4">{note}</Badge> : null}
          <DiffStat additions={file.additions} deletions={file.deletions} className="ml-auto" />
        </button>
        <CopyButton text={file.path} label="Copy path" />
      </div>
      {open ? <FileBody file={file} layout={layout} /> : null}
    </section>
  );
});

export function fileAnchor(path: string): string {
  return `file-${path}`;
}

function FileBody({ file, layout }: { file: DiffFile; layout: DiffLayout }) {
  const { path, patch } = file;
  const hunks = useMemo(() => (patch === null ? [] : parsePatch(path, patch)), [path, patch]);
  const tokens = useDiffTokens(path, hunks);
  if (file.binary) return <Note>A binary file: there is nothing to read. The patch holds it.</Note>;
  if (patch === null) return <Note>Too large to show here. The patch holds it.</Note>;
  if (hunks.length === 0) return <Note>{file.status === "renamed" ? "Renamed without changes." : "No line changed."}</Note>;
  return (
    <div className="overflow-x-auto">
      <Diff viewType={layout} diffType={diffTypes[file.status]} hunks={hunks} tokens={tokens} renderToken={renderDiffToken}>
        {(list) =>
          list.flatMap((hunk) => [
            <Decoration key={`head-${hunk.content}`}>{hunk.content}</Decoration>,
            <Hunk key={hunk.content} hunk={hunk} />,
          ])
        }
      </Diff>
    </div>
  );
}

function Note({ children }: { children: string }) {
  return <p className="px-3 py-3 text-muted text-sm">{children}</p>;
}
