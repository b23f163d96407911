"use client";

import type { TreeEntry } from "@opencode/core/modules/repositories/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight, File, FileSymlink, Folder, FolderGit2, FolderOpen } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useState } from "react";
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
  const [active, setActive] = useState<string | null>(null);
  const onGone = useCallback((path: string) => setActive((before) => (before === path ? null : before)), []);
  return (
    <div role="tree" aria-label="Files" className="text-sm" onKeyDown={moveInTree}>
      <Directory
        path=""
        depth={0}
        sessionId={sessionId}
        marks={marks}
        active={active}
        onActive={setActive}
        onGone={onGone}
        onOpen={onOpen}
      />
    </div>
  );
}

/** The keys of a tree: up and down, into a directory and out of it, first and last. */
function moveInTree(event: KeyboardEvent<HTMLElement>) {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = items.findIndex((candidate) => candidate.matches(":focus"));
  const item = items[at];
  // With these the keys are the browser's.
  if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
  const goal = goalOf(event.key, items, at);
  if (goal === null) return;
  event.preventDefault();
  if (goal === item) item.click();
  else goal?.focus();
}

/** Where a key leads: another item, the item itself to open or close it, nowhere, or null where it is no key of the tree's. */
function goalOf(key: string, items: readonly HTMLElement[], at: number): HTMLElement | undefined | null {
  const item = items[at];
  const expanded = item?.getAttribute("aria-expanded");
  switch (key) {
    case "ArrowDown":
      return items[at + 1];
    case "ArrowUp":
      return items[at - 1];
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
    case "ArrowRight":
      return expanded === "false" ? item : expanded === "true" ? items[at + 1] : undefined;
    case "ArrowLeft":
      return expanded === "true" ? item : items.slice(0, at).findLast((above) => levelOf(above) < levelOf(item));
    default:
      return null;
  }
}

const levelOf = (item: HTMLElement | undefined) => Number(item?.getAttribute("aria-level") ?? 0);

interface BranchProps extends FileTreeProps {
  depth: number;
  /** the item that the keyboard is at; null: the first one */
  active: string | null;
  onActive: (path: string) => void;
  /** an item left the tree: its directory was closed, or the agent has removed it */
  onGone: (path: string) => void;
}

function Directory({ path, depth, sessionId, ...rest }: BranchProps & { path: string }) {
  const trpc = useTRPC();
  const list = useQuery(trpc.sessionFiles.list.queryOptions({ sessionId, path }, { staleTime: 0, placeholderData: (before) => before }));
  if (list.isPending) return depth === 0 ? <SkeletonRows rows={6} label="Loading the files" /> : null;
  if (list.error && !list.data) return <ErrorState message={errorMessage(list.error)} onRetry={() => list.refetch()} />;
  return (
    <>
      {list.data.entries.map((entry, index) => (
        <Entry key={entry.path} entry={entry} isFirst={depth === 0 && index === 0} depth={depth} sessionId={sessionId} {...rest} />
      ))}
      {list.data.truncated ? <p className="px-2 py-1 text-faint text-xs">There is more than can be listed. Search for it.</p> : null}
    </>
  );
}

function Entry({ entry, isFirst, depth, ...rest }: BranchProps & { entry: TreeEntry; isFirst: boolean }) {
  const [open, setOpen] = useState(false);
  const { marks, active, onActive, onGone, onOpen } = rest;
  useEffect(() => () => onGone(entry.path), [onGone, entry.path]);
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
        aria-level={depth + 1}
        tabIndex={active === entry.path || (active === null && isFirst) ? 0 : -1}
        onFocus={() => onActive(entry.path)}
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
