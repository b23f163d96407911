"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** True when nothing but the guided stand-in can be called; false as long as that is not known. */
export function useDemoOnly(): boolean {
  const trpc = useTRPC();
  const models = useQuery(trpc.providers.models.queryOptions(undefined, { staleTime: 60_000 }));
  return models.data?.demoOnly ?? false;
}
