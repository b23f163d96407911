"use client";

import { Bot, FileText, Slash } from "lucide-react";
import { useEffect, useRef } from "react";
import { cn } from "../../../ui/cn.ts";
import type { CompletionItem } from "./use-completion.ts";

interface CompletionListProps {
  id: string;
  items: readonly CompletionItem[];
  index: number;
  onHover: (index: number) => void;
  onTake: (item: CompletionItem) => void;
}

const icons = { command: Slash, agent: Bot, file: FileText } as const;

/** What fits what is being typed; it stands over the field. */
export function CompletionList({ id, items, index, onHover, onTake }: CompletionListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[index]?.scrollIntoView({ block: "nearest" });
  }, [index]);
  if (items.length === 0) return null;
  return (
    <div
      id={id}
      ref={list}
      role="listbox"
      aria-label="Suggestions"
      data-testid="completion"
      className="absolute inset-x-0 bottom-full z-30 mb-1.5 max-h-64 overflow-y-auto rounded-xl border border-line bg-surface p-1 shadow-pop"
    >
      {items.map((item, at) => {
        const Icon = icons[item.kind];
        return (
          <div
            key={`${item.kind}:${item.value}`}
            id={`${id}-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === index}
            onPointerMove={() => onHover(at)}
            onPointerDown={(event) => {
              // The field keeps the focus.
              event.preventDefault();
              onTake(item);
            }}
            className={cn("flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 py-1 text-sm", at === index && "bg-hover")}
          >
            <Icon aria-hidden className="size-3.5 shrink-0 text-faint" />
            <span className={cn("shrink-0 [overflow-wrap:anywhere]", item.kind === "file" && "min-w-0 shrink truncate font-mono text-xs")}>
              {item.kind === "command" ? `/${item.value}` : item.value}
            </span>
            <span className="min-w-0 flex-1 truncate text-faint text-xs">{item.note}</span>
          </div>
        );
      })}
    </div>
  );
}
