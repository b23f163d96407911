"use client";

import { memo, useState } from "react";
import { Badge } from "../../../ui/badge.tsx";
import { cn } from "../../../ui/cn.ts";
import type { PreparedImage } from "../images/prepare-image.ts";
import { Thumbnail } from "../images/session-images.tsx";
import { type PromptExtras, PromptExtrasView } from "./prompt-extras.tsx";

interface PromptBlockProps {
  text: string;
  note: string | null;
  extras?: PromptExtras | null;
  /** its pictures, while it is on its way */
  sending?: readonly PreparedImage[];
}

const foldAtChars = 1_200;

/** What somebody asked for. Long ones are folded. */
export const PromptBlock = memo(function PromptBlock({ text, note, extras = null, sending = [] }: PromptBlockProps) {
  const [open, setOpen] = useState(false);
  const isLong = text.length > foldAtChars || text.split("\n").length > 16;
  return (
    <div className="flex flex-col items-end gap-1" data-testid="prompt">
      <div
        className={cn(
          "max-w-[min(100%,40rem)] rounded-xl rounded-br-sm border border-line bg-subtle px-3.5 py-2.5",
          note && "border-dashed opacity-70",
        )}
      >
        <p className={cn("whitespace-pre-wrap [overflow-wrap:anywhere]", isLong && !open && "line-clamp-[12]")}>
          {isLong && !open ? text.slice(0, 4_000) : text}
        </p>
        {isLong ? (
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="mt-1 text-accent text-sm hover:underline">
            {open ? "Show less" : `Show all (${text.length.toLocaleString("en")} characters)`}
          </button>
        ) : null}
        {sending.length > 0 ? (
          <div className="mt-2 flex flex-wrap gap-2">
            {sending.map(({ key, url, name }) => (
              <Thumbnail key={key} src={url} name={name} />
            ))}
          </div>
        ) : null}
        {extras ? <PromptExtrasView parts={extras.parts} /> : null}
      </div>
      {note ? <Badge>{note}</Badge> : null}
    </div>
  );
});
