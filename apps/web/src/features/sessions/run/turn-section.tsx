"use client";

import type { Part, TurnView } from "@opencode/core/modules/sessions/contract.ts";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { cn } from "../../../ui/cn.ts";
import { TurnFacts } from "./turn-facts.tsx";
import { TurnRun } from "./turn-run.tsx";

interface TurnSectionProps {
  readonly sessionId: string;
  readonly turn: TurnView;
  readonly parts: readonly Part[];
  readonly newest: boolean;
}

/** One turn: its facts, and its run when it is opened. The newest one is open, so that older runs are asked for only when somebody looks. */
export function TurnSection({ sessionId, turn, parts, newest }: TurnSectionProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? newest;
  return (
    <section className="space-y-3" aria-label={`Turn ${turn.ordinal}`}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setChosen(!open)}
        className="-mx-2 flex min-h-8 w-[calc(100%+1rem)] items-center gap-2 rounded-md px-2 text-left text-sm transition-colors hover:bg-hover"
      >
        <ChevronRight aria-hidden className={cn("size-3.5 text-faint transition-transform", open && "rotate-90")} />
        <span className="font-medium">Turn {turn.ordinal}</span>
        <span className="text-muted">{turn.state}</span>
      </button>
      {open ? (
        <>
          <TurnRun sessionId={sessionId} turn={turn} parts={parts} />
          <TurnFacts turn={turn} />
        </>
      ) : null}
    </section>
  );
}
