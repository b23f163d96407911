"use client";

import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import { FileSearch } from "lucide-react";
import { useSessionActions } from "../session-actions.tsx";
import { toolFiles } from "./tool-files.ts";

/** The way from a call that names or found files to those files as they are now. */
export function OpenFileLinks({ part }: { part: ToolPart }) {
  const { showFile } = useSessionActions();
  const files = toolFiles(part);
  return files.map(({ path, line }) => (
    <button
      key={path}
      type="button"
      onClick={() => showFile(path, line ?? undefined)}
      className="flex w-full items-center gap-1.5 px-3 py-1.5 text-left text-accent text-xs hover:bg-hover"
      data-testid="open-file"
    >
      <FileSearch aria-hidden className="size-3.5 shrink-0" />
      {files.length === 1 ? (
        "Open the file as it is now"
      ) : (
        <span className="truncate font-mono">{line === null ? path : `${path}:${line}`}</span>
      )}
    </button>
  ));
}
