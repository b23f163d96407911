"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { leave } from "../auth/leave.ts";
import { roleTexts } from "./role-text.ts";

/** An invitation: into what, as what, by whom, and the button that accepts it. */
export function InviteAcceptance({ token }: { token: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const preview = useQuery(trpc.invites.preview.queryOptions({ token }));
  const me = useQuery(trpc.auth.me.queryOptions());
  const accept = useMutation(trpc.invites.accept.mutationOptions({ onSuccess: ({ slug }) => router.push(`/w/${slug}`) }));

  if (preview.isPending || me.isPending) return <Skeleton className="h-48 w-full rounded-xl" />;
  if (preview.error) {
    return (
      <div className="space-y-4 text-center">
        <ErrorState title="This invitation can’t be used" message={errorMessage(preview.error)} />
        <Button asChild>
          <Link href="/">{me.data ? "To your workspaces" : "Sign in"}</Link>
        </Button>
      </div>
    );
  }
  const { workspaceName, email, role, invitedByName } = preview.data;
  const isOther = me.data ? me.data.email.toLowerCase() !== email.toLowerCase() : false;
  const signInPath = `/sign-in?callbackUrl=${encodeURIComponent(`/invite/${token}`)}`;
  return (
    <div className="space-y-5 text-center">
      <Avatar name={workspaceName} square className="mx-auto size-11 text-base" />
      <div>
        <h1 className="font-semibold text-xl tracking-tight">Join {workspaceName}</h1>
        <p className="mt-1 text-pretty text-muted">
          {invitedByName ? `${invitedByName} invites you` : "You are invited"} as {roleTexts[role].label.toLowerCase()}.
          <span className="block text-faint text-sm">Sent to {email}</span>
        </p>
      </div>
      {accept.error ? (
        <Callout tone="danger" className="text-left">
          {errorMessage(accept.error)}
        </Callout>
      ) : null}
      {me.data && isOther ? (
        <>
          <p className="text-pretty text-muted text-sm">You are signed in as {me.data.email}. The invitation is for another address.</p>
          <Button variant="primary" size="lg" className="w-full" onClick={() => leave(signInPath)}>
            Sign in as {email}
          </Button>
        </>
      ) : me.data ? (
        <>
          <Button
            variant="primary"
            size="lg"
            className="w-full"
            busy={accept.isPending || accept.isSuccess}
            onClick={() => accept.mutate({ token })}
          >
            Accept and open
          </Button>
          <p className="text-faint text-sm">You are signed in as {me.data.email}.</p>
        </>
      ) : (
        <Button asChild variant="primary" size="lg" className="w-full">
          <Link href={signInPath}>Sign in to accept</Link>
        </Button>
      )}
    </div>
  );
}
