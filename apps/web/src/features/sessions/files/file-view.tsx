"use client";

import type { FileContent } from "@opencode/core/modules/repositories/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, FileDiff } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { cn } from "../../../ui/cn.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { formatBytes } from "../../../ui/format-bytes.ts";
import { IconButton } from "../../../ui/icon-button.tsx";
import { SkeletonRows } from "../../../ui/skeleton.tsx";
import { useHighlighted } from "../../../ui/use-highlighted.ts";
import { useSessionActions } from "../session-actions.tsx";
import type { FileWish } from "./files-panel.tsx";

interface FileViewProps {
  sessionId: string;
  wish: FileWish;
  /** what the session did to it; null: nothing */
  status: "added" | "modified" | "deleted" | "renamed" | "mode" | null;
  onClose: () => void;
}

/** One file as it is now, to read. */
export function FileView({ sessionId, wish, status, onClose }: FileViewProps) {
  const trpc = useTRPC();
  const { showChanges } = useSessionActions();
  const file = useQuery(
    trpc.sessionFiles.read.queryOptions({ sessionId, path: wish.path }, { staleTime: 10_000, placeholderData: (before) => before }),
  );
  return (
    <div className="flex h-full flex-col" data-testid="file-view">
      <div className="flex shrink-0 items-center gap-1 border-line border-b py-1.5 pr-2 pl-1.5">
        <IconButton size="icon-sm" label="All files" onClick={onClose}>
          <ArrowLeft aria-hidden />
        </IconButton>
        <span className="min-w-0 flex-1 truncate text-left font-mono text-xs [direction:rtl]">
          <bdi>{wish.path}</bdi>
        </span>
        {file.data?.executable ? <Badge className="h-4">executable</Badge> : null}
        <CopyButton text={wish.path} label="Copy path" />
        {status ? (
          <Button size="sm" variant="ghost" onClick={() => showChanges(wish.path)}>
            <FileDiff aria-hidden />
            Changes
          </Button>
        ) : null}
      </div>
      <div className="min-h-0 flex-1 overflow-auto">
        {file.isPending ? (
          <div className="p-4">
            <SkeletonRows rows={8} label="Loading the file" />
          </div>
        ) : file.error ? (
          <div className="p-4">
            <ErrorState
              message={
                status === "deleted" ? "The session has deleted this file. Its content stands in the changes." : errorMessage(file.error)
              }
              onRetry={() => file.refetch()}
            />
          </div>
        ) : file.data ? (
          <FileBody file={file.data} wish={wish} />
        ) : null}
      </div>
    </div>
  );
}

function FileBody({ file, wish }: { file: FileContent; wish: FileWish }) {
  switch (file.kind) {
    case "text":
      return <Lines text={file.text ?? ""} path={file.path} wish={wish} />;
    case "binary":
      return <Note>A binary file of {formatBytes(file.sizeBytes)}: there is nothing to read.</Note>;
    case "too-large":
      return <Note>{formatBytes(file.sizeBytes)}: too large to show here.</Note>;
    case "lfs":
      return (
        <Note>
          Kept in Git LFS: only its pointer is here, and the sandbox sees no more. The file itself has {formatBytes(file.sizeBytes)}.
        </Note>
      );
    case "link":
      return <Note>A link to {file.text}. It is not followed here.</Note>;
    case "submodule":
      return <Note>A submodule at {file.text?.slice(0, 12)}. Submodules are listed, not fetched.</Note>;
  }
}

const Note = ({ children }: { children: ReactNode }) => <p className="p-4 text-muted text-sm [overflow-wrap:anywhere]">{children}</p>;

const maxColouredChars = 300_000;
const maxLines = 20_000;

function Lines({ text, path, wish }: { text: string; path: string; wish: FileWish }) {
  const coloured = useHighlighted(text, path.split(/[./]/).at(-1) ?? null, maxColouredChars);
  const marked = useRef<HTMLSpanElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: brought into sight again with each wish
  useEffect(() => {
    marked.current?.scrollIntoView({ block: "center" });
  }, [wish.at, text]);
  const lines = text.replace(/\n$/, "").split("\n");
  const digits = String(lines.length).length;
  return (
    <pre className="min-w-full py-2 font-mono text-[0.8125rem] leading-5">
      <code className="block w-max min-w-full">
        {lines.slice(0, maxLines).map((line, index) => {
          const isMarked = wish.line === index + 1;
          const tokens = coloured?.[index]?.tokens;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its number
            <span key={index} ref={isMarked ? marked : null} className={cn("flex min-h-5 pr-4", isMarked && "bg-accent-soft")}>
              <span className="shrink-0 select-none pr-3 pl-3 text-right text-faint" style={{ minWidth: `${digits + 3}ch` }}>
                {index + 1}
              </span>
              <span className="whitespace-pre">
                {tokens
                  ? tokens.map((token) => (
                      <span key={token.key} className="shiki-token" style={token.style}>
                        {token.content}
                      </span>
                    ))
                  : line}
              </span>
            </span>
          );
        })}
        {lines.length > maxLines ? <span className="block px-4 py-2 text-faint">… and {lines.length - maxLines} lines more.</span> : null}
      </code>
    </pre>
  );
}
