"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight } from "lucide-react";
import { useTRPC } from "../../trpc/trpc-context.ts";

interface Suggestion {
  readonly id: string;
  readonly title: string;
  readonly prompt: string;
}

const general: readonly Suggestion[] = [
  {
    id: "tour",
    title: "Explain this repository",
    prompt: "Explain how this repository is organised: its parts, how they fit together, and how it is built and tested.",
  },
  {
    id: "tests",
    title: "Run the tests, fix what fails",
    prompt: "Run the tests. When something fails, find out why, fix the cause and run them again.",
  },
  { id: "coverage", title: "Add a missing test", prompt: "Find an important piece of code that has no test, and write a good one for it." },
];

/** Tasks to begin with: the guided ones when only the demo model is there. */
export function TaskSuggestions({ demo, onPick }: { demo: boolean; onPick: (prompt: string) => void }) {
  const trpc = useTRPC();
  const guided = useQuery(trpc.providers.guidedTasks.queryOptions(undefined, { enabled: demo, staleTime: Number.POSITIVE_INFINITY }));
  const suggestions: readonly Suggestion[] = demo ? (guided.data ?? []) : general;
  return (
    <ul aria-label={demo ? "Guided tasks" : "Suggestions"} className="grid gap-2 sm:grid-cols-3">
      {suggestions.map((suggestion) => (
        <li key={suggestion.id}>
          <button
            type="button"
            data-testid="suggestion"
            onClick={() => onPick(suggestion.prompt)}
            className="group flex h-full w-full flex-col gap-1 rounded-lg border border-line bg-surface p-3 text-left shadow-card transition-colors hover:border-line-strong hover:bg-hover"
          >
            <span className="flex w-full items-start justify-between gap-2 font-semibold text-sm">
              {suggestion.title}
              <ArrowUpRight aria-hidden className="size-3.5 shrink-0 text-faint transition-colors group-hover:text-accent" />
            </span>
            <span className="line-clamp-2 text-muted text-xs">{suggestion.prompt}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
