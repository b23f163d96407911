"use client";

import type { AppRouter } from "@opencode/core/app-router.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import { createQueryClient } from "./create-query-client.ts";
import { TRPCProvider } from "./trpc-context.ts";

/**
 * Calls to the server for what stands below it. With a workspace's slug each call names that workspace;
 * give it the slug as `key` too, so that no answer of one workspace is ever shown in another.
 */
export function ApiProvider({ workspaceSlug, children }: { workspaceSlug?: string; children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [client] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        httpBatchLink({
          url: "/api/trpc",
          transformer: superjson,
          maxItems: 10,
          headers: () => (workspaceSlug ? { "x-workspace": workspaceSlug } : {}),
        }),
      ],
    }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
