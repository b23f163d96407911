"use client";

import { useState } from "react";

const foldedChars = 140;

/** What a server says of a tool, to the last line: it goes into the model's prompt, so that nothing of it may stay unseen. */
export function ToolDescription({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false);
  if (text.length <= foldedChars && !text.includes("\n")) return <p className="pl-6 text-faint text-xs [overflow-wrap:anywhere]">{text}</p>;
  return (
    <div className="pl-6 text-faint text-xs">
      <p
        className={
          isOpen ? "max-h-64 overflow-y-auto whitespace-pre-wrap [overflow-wrap:anywhere]" : "line-clamp-2 [overflow-wrap:anywhere]"
        }
      >
        {text}
      </p>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="text-muted hover:text-fg">
        {isOpen ? "Show less" : "Show all of it"}
      </button>
    </div>
  );
}
