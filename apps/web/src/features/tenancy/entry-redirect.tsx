"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { ShellSkeleton } from "../shell/shell-skeleton.tsx";

/** Leads a visitor to the sign-in page, and a member to the only workspace or to the choice of them. */
export function EntryRedirect() {
  const trpc = useTRPC();
  const router = useRouter();
  const me = useQuery(trpc.auth.me.queryOptions());
  const workspaces = useQuery(trpc.workspaces.list.queryOptions(undefined, { enabled: Boolean(me.data) }));
  const target = me.data === null ? "/sign-in" : workspaces.data ? addressOf(workspaces.data) : null;
  useEffect(() => {
    if (target) router.replace(target);
  }, [router, target]);
  const error = me.error ?? workspaces.error;
  if (!error) return <ShellSkeleton />;
  return (
    <main className="mx-auto max-w-lg px-6 py-24">
      <ErrorState
        message={errorMessage(error)}
        onRetry={() => {
          if (me.error) me.refetch();
          else workspaces.refetch();
        }}
      />
    </main>
  );
}

function addressOf(workspaces: readonly { readonly slug: string }[]): string {
  const [only, ...others] = workspaces;
  return only && others.length === 0 ? `/w/${only.slug}` : "/workspaces";
}
