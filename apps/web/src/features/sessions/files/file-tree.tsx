"use client";

import type { TreeEntry } from "@opencode/core/modules/repositories/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight, File, FileSymlink, Folder, FolderGit2, FolderOpen } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { cn } from "../../../ui/cn.ts";
import { ErrorState } from "../../../ui/error-state.tsx";
import { SkeletonRows } from "../../../ui/skeleton.tsx";

type FileMarks = ReadonlyMap<string, "added" | "modified" | "deleted" | "renamed" | "mode">;

interface FileTreeProps {
  sessionId: string;
  marks: FileMarks;
  onOpen: (path: string) => void;
}

/** The tree of files; a directory is asked for when it is opened. */
export function FileTree({ sessionId, marks, onOpen }: FileTreeProps) {
  return (
    <div role="tree" aria-label="Files" className="text-sm">
      <Directory path="" depth={0} sessionId={sessionId} marks={marks} onOpen={onOpen} />
    </div>
  );
}

function Directory({ path, depth, sessionId, marks, onOpen }: FileTreeProps & { path: string; depth: number }) {
  const trpc = useTRPC();
  const list = useQuery(
    trpc.sessionFiles.list.queryOptions({ sessionId, path }, { staleTime: 10_000, placeholderData: (before) => before }),
  );
  if (list.isPending) return depth === 0 ? <SkeletonRows rows={6} label="Loading the files" /> : null;
  if (list.error) return <ErrorState message={errorMessage(list.error)} onRetry={() => list.refetch()} />;
  return (
    <>
      {list.data.entries.map((entry) => (
        <Entry key={entry.path} entry={entry} depth={depth} sessionId={sessionId} marks={marks} onOpen={onOpen} />
      ))}
      {list.data.truncated ? <p className="px-2 py-1 text-faint text-xs">There is more than can be listed. Search for it.</p> : null}
    </>
  );
}

function Entry({ entry, depth, ...rest }: FileTreeProps & { entry: TreeEntry; depth: number }) {
  const [open, setOpen] = useState(false);
  const { marks, onOpen } = rest;
  const isDirectory = entry.kind === "directory";
  const mark = marks.get(entry.path) ?? null;
  const isTouched = isDirectory && [...marks.keys()].some((path) => path.startsWith(`${entry.path}/`));
  const Icon = iconOf(entry.kind, open);
  return (
    <>
      <button
        type="button"
        role="treeitem"
        aria-expanded={isDirectory ? open : undefined}
        onClick={() => (isDirectory ? setOpen(!open) : onOpen(entry.path))}
        style={{ paddingLeft: `${depth * 0.875 + 0.375}rem` }}
        className="flex h-7 w-full items-center gap-1.5 rounded pr-2 text-left hover:bg-hover max-lg:h-9"
      >
        <ChevronRight
          aria-hidden
          className={cn("size-3 shrink-0 text-faint transition-transform", open && "rotate-90", !isDirectory && "invisible")}
        />
        <Icon aria-hidden className={cn("size-3.5 shrink-0", isDirectory ? "text-accent" : "text-faint")} />
        <span className={cn("truncate", mark === "added" && "text-success", mark && mark !== "added" && "text-warning")}>{entry.name}</span>
        {mark ? <Mark status={mark} /> : null}
        {isTouched ? <span role="img" aria-label="holds changes" className="ml-auto size-1.5 shrink-0 rounded-full bg-warning" /> : null}
      </button>
      {open ? <Directory path={entry.path} depth={depth + 1} {...rest} /> : null}
    </>
  );
}

const letters = { added: "A", modified: "M", deleted: "D", renamed: "R", mode: "M" } as const;
const words = { added: "new", modified: "changed", deleted: "deleted", renamed: "renamed", mode: "mode changed" } as const;

/** What the session did to a file, as a letter. */
function Mark({ status }: { status: keyof typeof letters }) {
  return (
    <span
      role="img"
      aria-label={words[status]}
      title={words[status]}
      className={cn("ml-auto shrink-0 font-mono text-xs", status === "added" ? "text-success" : "text-warning")}
    >
      {letters[status]}
    </span>
  );
}

function iconOf(kind: TreeEntry["kind"], open: boolean) {
  if (kind === "directory") return open ? FolderOpen : Folder;
  if (kind === "submodule") return FolderGit2;
  return kind === "link" ? FileSymlink : File;
}
