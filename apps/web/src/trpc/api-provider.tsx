"use client";

import type { AppRouter } from "@opencode/core/app-router.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpLink, splitLink } from "@trpc/client";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import { createQueryClient } from "./create-query-client.ts";
import { TRPCProvider } from "./trpc-context.ts";

/** What may bring files along goes out by itself: together the limit of one request would be passed. */
const withFiles = new Set(["sessions.create", "sessions.submitPrompt", "sessions.steer", "compare.create", "skills.upload"]);

/**
 * Calls to the server for what stands below it. With a workspace's slug each call names that workspace;
 * give it the slug as `key` too, so that no answer of one workspace is ever shown in another.
 */
export function ApiProvider({ workspaceSlug, children }: { workspaceSlug?: string; children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [client] = useState(() => {
    const options = {
      url: "/api/trpc",
      transformer: superjson,
      headers: () => (workspaceSlug ? { "x-workspace": workspaceSlug } : {}),
    };
    return createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: ({ path }) => withFiles.has(path),
          true: httpLink(options),
          false: httpBatchLink({ ...options, maxItems: 10 }),
        }),
      ],
    });
  });
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
