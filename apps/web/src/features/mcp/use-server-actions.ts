"use client";

import type { McpServerView } from "@opencode/core/modules/mcp/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** What can be done with one server; each reloads the list and says what went wrong. */
export function useServerActions(server: McpServerView, onRemoved: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const reload = () => queryClient.invalidateQueries(trpc.mcp.pathFilter());
  const told = { onSettled: reload, onError: (error: unknown) => toast.error(errorMessage(error)) };
  const { id: serverId, configHash } = server;
  const approve = useMutation(trpc.mcp.approve.mutationOptions(told));
  const test = useMutation(trpc.mcp.test.mutationOptions(told));
  const change = useMutation(trpc.mcp.change.mutationOptions(told));
  const connect = useMutation(
    trpc.mcp.startSignIn.mutationOptions({ ...told, onSuccess: ({ url }) => url !== null && window.location.assign(url) }),
  );
  const remove = useMutation(
    trpc.mcp.remove.mutationOptions({
      onSuccess: async () => {
        onRemoved();
        await reload();
      },
    }),
  );
  return {
    approve: () => approve.mutate({ serverId, configHash }),
    isApproving: approve.isPending,
    test: () => test.mutate({ serverId }),
    isTesting: test.isPending,
    change: (input: { enabled?: boolean; disabledTools?: string[] }) => change.mutate({ serverId, ...input }),
    isChanging: change.isPending,
    connect: () => connect.mutate({ serverId }),
    isConnecting: connect.isPending,
    remove: () => remove.mutate({ serverId }),
    isRemoving: remove.isPending,
    removeError: remove.error,
  };
}
