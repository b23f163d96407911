"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { ErrorState } from "../../../ui/error-state.tsx";
import { SkeletonRows } from "../../../ui/skeleton.tsx";

interface SearchResultsProps {
  sessionId: string;
  text: string;
  onOpen: (path: string, line: number | null) => void;
}

/** Files whose name, and lines that hold a text. */
export function SearchResults({ sessionId, text, onOpen }: SearchResultsProps) {
  const trpc = useTRPC();
  const found = useQuery(
    trpc.sessionFiles.search.queryOptions({ sessionId, text: text.slice(0, 200) }, { placeholderData: keepPreviousData, staleTime: 0 }),
  );
  if (found.isPending) return <SkeletonRows rows={4} label="Searching" />;
  if (found.error && !found.data) return <ErrorState message={errorMessage(found.error)} onRetry={() => found.refetch()} />;
  const { names, lines, truncated } = found.data;
  if (names.length + lines.length === 0) return <p className="px-2 py-3 text-muted text-sm">Nothing holds “{text}”.</p>;
  const row = "block w-full rounded px-2 py-1 text-left hover:bg-hover";
  return (
    <div className="space-y-3" data-testid="search-results">
      {names.length > 0 ? (
        <section aria-label="Files">
          <h3 className="px-2 pb-1 font-medium text-faint text-xs">Files</h3>
          {names.map((path) => (
            <button key={path} type="button" onClick={() => onOpen(path, null)} className={`${row} truncate font-mono text-xs`}>
              {path}
            </button>
          ))}
        </section>
      ) : null}
      {lines.length > 0 ? (
        <section aria-label="Lines">
          <h3 className="px-2 pb-1 font-medium text-faint text-xs">Lines</h3>
          {lines.map((hit) => (
            <button key={`${hit.path}:${hit.line}`} type="button" onClick={() => onOpen(hit.path, hit.line)} className={row}>
              <span className="block truncate font-mono text-faint text-xs">
                {hit.path}:{hit.line}
              </span>
              <span className="block truncate font-mono text-xs">{hit.text.trim()}</span>
            </button>
          ))}
        </section>
      ) : null}
      {truncated ? <p className="px-2 text-faint text-xs">There are more. Search for something longer.</p> : null}
    </div>
  );
}
