"use client";

import { GitFork, Plus, X } from "lucide-react";
import { Button } from "../../../ui/button.tsx";
import { ModelSelect } from "../../providers/model-select.tsx";
import { requestId } from "../request-id.ts";

/** One of several sessions with the same task. */
export interface Attempt {
  readonly key: string;
  readonly model: string;
}

interface CompareSelectProps {
  /** empty: one session only */
  attempts: readonly Attempt[];
  model: string;
  onChange: (attempts: readonly Attempt[]) => void;
}

const most = 5;
const attemptBy = (model: string): Attempt => ({ key: requestId(), model });

/** The same task several times, also by different models, to choose the best. */
export function CompareSelect({ attempts, model, onChange }: CompareSelectProps) {
  if (attempts.length === 0) {
    return (
      <Button
        size="sm"
        variant="ghost"
        onClick={() => onChange([attemptBy(model), attemptBy(model)])}
        data-testid="compare-attempts"
        aria-label="Try several times and compare"
      >
        <GitFork aria-hidden />
        <span className="max-sm:hidden">Compare</span>
      </Button>
    );
  }
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1" data-testid="compare-models">
      {attempts.map((attempt, index) => (
        <span key={attempt.key} className="inline-flex min-w-0 items-center rounded-md bg-subtle ring-1 ring-line">
          <ModelSelect value={attempt.model} onChange={(next) => onChange(attempts.with(index, { ...attempt, model: next }))} />
          <button
            type="button"
            aria-label={`Leave out attempt ${index + 1}`}
            onClick={() => onChange(attempts.length <= 2 ? [] : attempts.toSpliced(index, 1))}
            className="grid size-6 place-items-center text-faint hover:text-fg"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </span>
      ))}
      {attempts.length < most ? (
        <Button size="sm" variant="ghost" onClick={() => onChange([...attempts, attemptBy(model)])} aria-label="One more attempt">
          <Plus aria-hidden />
        </Button>
      ) : null}
    </div>
  );
}
