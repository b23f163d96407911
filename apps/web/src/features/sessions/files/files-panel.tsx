"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FolderTree, Search } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Input } from "../../../ui/input.tsx";
import { useOnNews } from "../../../ui/use-on-news.ts";
import { FileTree } from "./file-tree.tsx";
import { FileView } from "./file-view.tsx";
import { SearchResults } from "./search-results.tsx";

/** A file to show; its `at` changes with each wish. */
export interface FileWish {
  readonly path: string;
  readonly line: number | null;
  readonly at: number;
}

interface FilesPanelProps {
  sessionId: string;
  view: SessionView;
  focus: FileWish | null;
}

/** The session's files as they are now: a tree, a search, and one file to read. */
export function FilesPanel({ sessionId, view, focus }: FilesPanelProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState("");
  const [open, setOpen] = useState<FileWish | null>(focus);
  const wanted = useDeferredValue(text.trim());
  const changes = useQuery(trpc.sessions.diff.queryOptions({ sessionId }, { staleTime: 0 }));
  const marks = useMemo(() => new Map((changes.data?.files ?? []).map((file) => [file.path, file.status] as const)), [changes.data]);
  useEffect(() => {
    if (focus) setOpen(focus);
  }, [focus]);
  const version = `${view.state}/${view.diff.filesChanged}/${view.diff.additions}/${view.diff.deletions}/${view.revert?.state ?? ""}/${view.parts.findLast((part) => part.type === "patch")?.id ?? ""}`;
  useOnNews(version, () => {
    queryClient.invalidateQueries(trpc.sessionFiles.pathFilter());
  });
  const tree = useRef<HTMLDivElement>(null);
  const opener = useRef<Element | null>(null);
  const close = () => {
    setOpen(null);
    // Back to where the file was opened; what showed it may be gone by now.
    requestAnimationFrame(() => {
      const from = opener.current;
      if (from instanceof HTMLElement && tree.current?.contains(from)) from.focus();
      else tree.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"], input')?.focus();
    });
  };

  if (view.baseCommit === null) {
    return (
      <div className="p-4">
        <EmptyState icon={FolderTree} title="No files yet">
          The repository's files show here as soon as the agent has begun to work.
        </EmptyState>
      </div>
    );
  }
  const show = (path: string, line: number | null) => {
    opener.current = document.activeElement;
    setOpen({ path, line, at: Date.now() });
  };
  return (
    <>
      {open ? <FileView key={open.path} sessionId={sessionId} wish={open} status={marks.get(open.path) ?? null} onClose={close} /> : null}
      {/* Hidden, not gone: which directories are open, and how far it was scrolled, is not forgotten over a look at a file. */}
      <div ref={tree} hidden={open !== null} className="flex h-full flex-col [&[hidden]]:hidden" data-testid="files">
        <div className="relative shrink-0 border-line border-b p-3">
          <Search aria-hidden className="pointer-events-none absolute top-1/2 left-5.5 size-3.5 -translate-y-1/2 text-faint" />
          <Input
            type="search"
            aria-label="Search the files"
            placeholder="Search names and contents"
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="h-8 pl-8 text-sm"
          />
        </div>
        <div className="min-h-0 flex-1 overflow-auto p-2">
          {wanted.length >= 2 ? (
            <SearchResults sessionId={sessionId} text={wanted} onOpen={show} />
          ) : (
            <FileTree sessionId={sessionId} marks={marks} onOpen={(path) => show(path, null)} />
          )}
        </div>
      </div>
    </>
  );
}
