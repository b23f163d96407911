"use client";

import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import { FileSearch } from "lucide-react";
import { z } from "zod";
import { useSessionActions } from "../session-actions.tsx";

const aboutFile = z.object({ filePath: z.string().min(1), offset: z.number().int().positive().optional() });
const fileTools: readonly string[] = ["read", "edit", "write"];

/** The way from a call that names a file to that file as it is now. */
export function OpenFileLink({ part }: { part: ToolPart }) {
  const { showFile } = useSessionActions();
  const input = aboutFile.safeParse(part.input);
  if (!fileTools.includes(part.tool) || !input.success) return null;
  const path = input.data.filePath.replace(/^\/workspace\//, "").replace(/^\.\//, "");
  if (path.startsWith("/")) return null;
  return (
    <button
      type="button"
      onClick={() => showFile(path, input.data.offset)}
      className="flex w-full items-center gap-1.5 px-3 py-1.5 text-left text-accent text-xs hover:bg-hover"
    >
      <FileSearch aria-hidden className="size-3.5" />
      Open the file as it is now
    </button>
  );
}
