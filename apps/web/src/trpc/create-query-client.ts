import { QueryCache, QueryClient } from "@tanstack/react-query";
import { errorCode } from "./error-message.ts";

const settled = new Set(["NOT_FOUND", "FORBIDDEN", "UNAUTHORIZED", "BAD_REQUEST", "UNPROCESSABLE_CONTENT"]);

/** A cache of server answers. A session that has ended leads to the sign-in page and back again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (errorCode(error) !== "UNAUTHORIZED" || typeof window === "undefined") return;
        const here = window.location.pathname + window.location.search;
        if (!window.location.pathname.startsWith("/sign-in")) {
          window.location.assign(`/sign-in?callbackUrl=${encodeURIComponent(here)}`);
        }
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && !settled.has(errorCode(error) ?? ""),
      },
      mutations: { retry: false },
    },
  });
}
