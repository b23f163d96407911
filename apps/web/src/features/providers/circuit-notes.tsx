"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Callout } from "../../ui/callout.tsx";

/** Providers that are left alone for a moment after failures in a row. */
export function CircuitNotes() {
  const trpc = useTRPC();
  const circuits = useQuery(trpc.providers.circuits.queryOptions(undefined, { refetchInterval: 15_000 }));
  const open = (circuits.data ?? []).filter((circuit) => circuit.openUntil !== null);
  if (open.length === 0) return null;
  return (
    <Callout tone="warning" title="Left alone for a moment">
      {open.map(({ source, provider, failures, lastCode }) => (
        <span key={source} className="block">
          {provider}: {failures} failures in a row, the last one {lastCode ?? "unknown"}. One call will try it again.
        </span>
      ))}
    </Callout>
  );
}
