"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** A provider's name for people; its id while we have none. */
export function useProviderName(provider: string): string {
  const trpc = useTRPC();
  const providers = useQuery(trpc.providers.providers.queryOptions(undefined, { staleTime: 600_000 }));
  return providers.data?.find((candidate) => candidate.id === provider)?.name ?? provider;
}
