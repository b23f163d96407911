"use client";

import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import { RotateCw } from "lucide-react";
import { useNow } from "../../../ui/use-now.ts";

/** A model call that is tried again, with the time until then. */
export function RetryLine({ part }: { part: Extract<Part, { type: "retry" }> }) {
  const now = useNow(1_000);
  const leftSeconds = now === 0 ? 0 : Math.ceil((Date.parse(part.retryAt) - now) / 1_000);
  return (
    <p className="flex flex-wrap items-center gap-x-2 rounded-lg border border-warning-line bg-warning-soft px-3 py-1.5 text-sm">
      <RotateCw aria-hidden className="size-3.5 text-warning" />
      <code className="font-mono text-warning text-xs">{part.code}</code>
      <span className="min-w-0 break-words text-muted">{part.message}</span>
      <span className="ml-auto text-faint text-xs tabular-nums">
        {part.code === "switched" ? "another model" : `attempt ${part.attempt}`} {leftSeconds > 0 ? `in ${leftSeconds} s` : ""}
      </span>
    </p>
  );
}
