"use client";

import type { ModelSettings } from "@opencode/core/modules/providers/contract.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** The workspace's settings of models, and how to change a part of them. */
export function useModelSettings() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const settings = useQuery(trpc.providers.settings.queryOptions());
  const save = useMutation(
    trpc.providers.setSettings.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.providers.pathFilter());
        toast.success("Saved. It holds from the next model call on.");
      },
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const change = (part: Partial<ModelSettings>) => {
    if (settings.data) save.mutate({ ...settings.data, ...part });
  };
  return { settings, change, busy: save.isPending };
}
