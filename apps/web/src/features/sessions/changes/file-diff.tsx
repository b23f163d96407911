"use client";

import type { Diff as SessionDiff } from "@opencode/core/modules/repositories/contract.ts";
import { ChevronRight } from "lucide-react";
import { memo, useMemo, useRef } from "react";
import { Decoration, Diff, Hunk } from "react-diff-view";
import { Badge } from "../../../ui/badge.tsx";
import { cn } from "../../../ui/cn.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { useNear } from "../../../ui/use-near.ts";
import { FileStat } from "./file-stat.tsx";
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
  /** false: it was too large for the patch */
  inPatch: boolean;
  /** false: its lines are drawn when they come into sight */
  drawAtOnce: boolean;
  onToggle: (path: string) => void;
}

/** One changed file: its name is always there, its lines when it is open. */
export const FileDiff = memo(function FileDiff({ file, layout, open, inPatch, drawAtOnce, onToggle }: FileDiffProps) {
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
          <FileStat file={file} className="ml-auto" />
        </button>
        <CopyButton text={file.path} label="Copy path" />
      </div>
      {open ? <FileBody file={file} layout={layout} inPatch={inPatch} drawAtOnce={drawAtOnce} /> : null}
    </section>
  );
});

export function fileAnchor(path: string): string {
  return `file-${path}`;
}

const lineHeightPx = 20;

function FileBody({ file, layout, inPatch, drawAtOnce }: Pick<FileDiffProps, "file" | "layout" | "inPatch" | "drawAtOnce">) {
  const place = useRef<HTMLDivElement>(null);
  const near = useNear(place, drawAtOnce);
  if (!near) return <div ref={place} style={{ height: Math.max(2, file.additions + file.deletions) * lineHeightPx }} />;
  const modes = /^old mode (\d+)\nnew mode (\d+)$/m.exec(file.patch ?? "");
  return (
    <>
      {modes ? <Note>{modeNote(modes[1], modes[2])}</Note> : null}
      <FileLines file={file} layout={layout} inPatch={inPatch} hasNote={modes !== null} />
    </>
  );
}

function FileLines({ file, layout, inPatch, hasNote }: Pick<FileDiffProps, "file" | "layout" | "inPatch"> & { hasNote: boolean }) {
  const { path, patch } = file;
  const hunks = useMemo(() => (patch === null ? [] : parsePatch(path, patch)), [path, patch]);
  const tokens = useDiffTokens(path, hunks);
  if (!inPatch) return <Note>Too large for the patch. What is pushed, and the bundle, hold it.</Note>;
  if (file.binary) return <Note>A binary file: there is nothing to read. The patch holds it.</Note>;
  if (patch === null) return <Note>Too large to show here. The patch holds it.</Note>;
  if (hunks.length === 0)
    return hasNote ? null : <Note>{file.status === "renamed" ? "Renamed without changes." : "No line changed."}</Note>;
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

function modeNote(from = "", to = ""): string {
  const what = to.endsWith("755") ? "Can be executed now" : "Can't be executed any more";
  return `${what} (mode ${from.slice(-3)} → ${to.slice(-3)}).`;
}

function Note({ children }: { children: string }) {
  return <p className="px-3 py-3 text-muted text-sm">{children}</p>;
}
