"use client";

import type { FileContent } from "@opencode/core/modules/repositories/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, FileDiff } from "lucide-react";
import type { ReactNode } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { formatBytes } from "../../../ui/format-bytes.ts";
import { IconButton } from "../../../ui/icon-button.tsx";
import { SkeletonRows } from "../../../ui/skeleton.tsx";
import { useSessionActions } from "../session-actions.tsx";
import { FileLines } from "./file-lines.tsx";
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
    trpc.sessionFiles.read.queryOptions({ sessionId, path: wish.path }, { staleTime: 0, placeholderData: (before) => before }),
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
      <div data-scrolls className="min-h-0 flex-1 overflow-auto">
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
      return <FileLines text={file.text ?? ""} path={file.path} wish={wish} />;
    case "image":
      return <Picture file={file} />;
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

function Picture({ file }: { file: FileContent }) {
  return (
    <figure className="space-y-2 p-4">
      {/* biome-ignore lint/performance/noImgElement: a data URL, with nothing to optimize */}
      <img src={file.text ?? ""} alt={file.path} className="max-h-[70vh] max-w-full rounded border border-line bg-subtle" />
      <figcaption className="text-faint text-xs">{formatBytes(file.sizeBytes)}</figcaption>
    </figure>
  );
}

const Note = ({ children }: { children: ReactNode }) => <p className="p-4 text-muted text-sm [overflow-wrap:anywhere]">{children}</p>;
