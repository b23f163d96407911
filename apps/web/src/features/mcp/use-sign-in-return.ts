"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useEffect, useRef } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** Ends a sign-in when the page was reached by one; once, also where React runs effects twice. True while it does. */
export function useSignInReturn(): boolean {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const pathname = usePathname();
  const params = useSearchParams();
  const hasBegun = useRef(false);
  const { mutate: finish, isPending } = useMutation(
    trpc.mcp.finishSignIn.mutationOptions({
      onSuccess: (server) =>
        server.status === "ready"
          ? toast.success(`Connected to ${server.name}: ${server.tools.length} tools.`)
          : toast.error(server.lastError ?? `${server.name} is connected, but did not answer.`),
      onError: (error) => toast.error(errorMessage(error)),
      onSettled: () => queryClient.invalidateQueries(trpc.mcp.pathFilter()),
    }),
  );
  useEffect(() => {
    const state = params.get("state");
    if (hasBegun.current || state === null) return;
    hasBegun.current = true;
    const [, serverId = "", secret = ""] = state.split(".");
    const code = params.get("code");
    const iss = params.get("iss");
    // The code is worth something until it is used: not a thing to leave in the address bar.
    router.replace(pathname);
    if (code === null) toast.error("The sign-in was not completed. Begin it again.");
    else finish({ serverId, secret, code, ...(iss === null ? {} : { iss }) });
  }, [params, pathname, router, finish]);
  return isPending;
}
