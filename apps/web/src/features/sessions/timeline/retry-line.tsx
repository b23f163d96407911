"use client";

import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import { ArrowRightLeft, RotateCw } from "lucide-react";
import { useNow } from "../../../ui/use-now.ts";

/** A model call that is tried again, with the time until then. */
export function RetryLine({ part }: { part: Extract<Part, { type: "retry" }> }) {
  const now = useNow(1_000);
  if (part.code === "switched") return <SwitchLine text={part.message} />;
  const leftSeconds = now === 0 ? 0 : Math.ceil((Date.parse(part.retryAt) - now) / 1_000);
  return (
    <p className="flex flex-wrap items-center gap-x-2 rounded-lg border border-warning-line bg-warning-soft px-3 py-1.5 text-sm">
      <RotateCw aria-hidden className="size-3.5 text-warning" />
      <code className="font-mono text-warning text-xs">{part.code}</code>
      <span className="min-w-0 break-words text-muted">{part.message}</span>
      <span className="ml-auto text-faint text-xs tabular-nums">
        attempt {part.attempt} {leftSeconds > 0 ? `in ${leftSeconds} s` : ""}
      </span>
    </p>
  );
}

/** Another model has taken over, and why. */
function SwitchLine({ text }: { text: string }) {
  return (
    <div className="flex gap-2 rounded-lg border border-warning-line bg-warning-soft px-3 py-1.5 text-sm" data-testid="model-switch">
      <ArrowRightLeft aria-hidden className="mt-1 size-3.5 shrink-0 text-warning" />
      <p className="min-w-0 text-muted [overflow-wrap:anywhere]">
        <span className="font-medium text-warning">Model switched.</span> {text}
      </p>
    </div>
  );
}
