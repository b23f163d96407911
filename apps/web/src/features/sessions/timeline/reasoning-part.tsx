"use client";

import { Brain, ChevronRight } from "lucide-react";
import { memo, useState } from "react";
import { cn } from "../../../ui/cn.ts";
import { Markdown } from "../../../ui/markdown.tsx";

/** What the model thought, folded. */
export const ReasoningPart = memo(function ReasoningPart({ text, live }: { text: string; live: boolean }) {
  const [open, setOpen] = useState(false);
  if (text.trim() === "" && !live) return null;
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="-mx-2 flex min-h-7 items-center gap-2 rounded-md px-2 text-muted text-sm transition-colors hover:bg-hover"
      >
        <Brain aria-hidden className="size-4 text-faint" />
        <span className={cn(live && "animate-breathe")}>{live ? "Thinking…" : "Thought"}</span>
        <ChevronRight aria-hidden className={cn("size-3.5 text-faint transition-transform", open && "rotate-90")} />
      </button>
      {open ? (
        <div className="mt-1 ml-1.5 border-line border-l-2 pl-4 text-muted text-sm">
          <Markdown text={text} caret={live} />
        </div>
      ) : null}
    </div>
  );
});
