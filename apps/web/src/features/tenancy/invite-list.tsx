"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Mail } from "lucide-react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/section.tsx";
import { roleTexts } from "./role-text.ts";

/** The invitations that nobody has accepted yet. */
export function InviteList() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const invites = useQuery(trpc.invites.list.queryOptions());
  const revoke = useMutation(
    trpc.invites.revoke.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.invites.pathFilter()),
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  if (!invites.data || invites.data.length === 0) return null;
  return (
    <Section title="Open invitations">
      <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
        {invites.data.map((invite) => (
          <li key={invite.id} className="flex items-center gap-3 px-4 py-2.5">
            <span className="grid size-7 shrink-0 place-items-center rounded-full border border-line border-dashed">
              <Mail aria-hidden className="size-3.5 text-faint" />
            </span>
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium text-sm">{invite.email}</p>
              <p className="text-faint text-xs">
                {roleTexts[invite.role].label} · invited <Age at={invite.createdAt} ago />
                {invite.invitedByName ? ` by ${invite.invitedByName}` : ""}
              </p>
            </div>
            <Button
              size="sm"
              variant="danger"
              busy={revoke.isPending && revoke.variables.inviteId === invite.id}
              onClick={() => revoke.mutate({ inviteId: invite.id })}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
