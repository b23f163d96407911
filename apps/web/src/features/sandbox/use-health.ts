"use client";

import { useQuery } from "@tanstack/react-query";
import { z } from "zod";

const componentSchema = z.object({
  status: z.enum(["up", "down", "missing"]),
  kind: z.string().nullish(),
  message: z.string().nullish(),
});
const healthSchema = z.object({
  status: z.string(),
  version: z.string(),
  components: z.object({ sandbox: componentSchema, worker: componentSchema, engine: componentSchema }).partial(),
});
export type Health = z.infer<typeof healthSchema>;

const secondLookMs = 3_000;

async function readHealth(signal: AbortSignal): Promise<Health> {
  const response = await fetch("/api/health", { signal, headers: { accept: "application/json" } });
  return healthSchema.parse(await response.json());
}

/** How the parts of this installation are; asked anew every half minute, and sooner while something is missing. */
export function useHealth() {
  return useQuery({
    queryKey: ["health"],
    queryFn: async ({ signal }): Promise<Health> => {
      const first = await readHealth(signal);
      if (first.status === "up") return first;
      // A machine under load may be late once: what is said to be down is asked a second time.
      await new Promise((resolve) => setTimeout(resolve, secondLookMs));
      return readHealth(signal);
    },
    retry: false,
    staleTime: 15_000,
    refetchInterval: (query) => (query.state.data?.status === "up" ? 60_000 : 15_000),
  });
}
