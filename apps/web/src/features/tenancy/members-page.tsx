"use client";

import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { InviteList } from "./invite-list.tsx";
import { MemberRow } from "./member-row.tsx";
import { useWorkspace } from "./workspace-context.tsx";

export function MembersPage() {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const [inviting, setInviting] = useState(false);
  const members = useQuery(trpc.members.list.queryOptions());
  return (
    <>
      <Section
        title="Members"
        actions={
          may("members.invite") ? (
            <Button variant="primary" onClick={() => setInviting(true)} data-testid="invite-member">
              <UserPlus aria-hidden />
              Invite
            </Button>
          ) : null
        }
      >
        {members.isPending ? <SkeletonRows rows={2} label="Loading the members" /> : null}
        {members.isError && !members.data ? <ErrorState message={errorMessage(members.error)} onRetry={() => members.refetch()} /> : null}
        {members.data ? (
          <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
            {members.data.map((member) => (
              <MemberRow key={member.id} member={member} />
            ))}
          </ul>
        ) : null}
      </Section>
      {may("members.invite") ? <InviteList /> : null}
      <InviteDialog open={inviting} onOpenChange={setInviting} />
    </>
  );
}
