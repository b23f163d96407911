"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** Saves a part of the workspace's sandbox policy. */
export function usePolicyUpdate() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.sandboxes.policy.update.mutationOptions({
      onSuccess: (policy) => {
        queryClient.setQueryData(trpc.sandboxes.policy.get.queryKey(), policy);
        toast.success("Saved");
      },
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
}
