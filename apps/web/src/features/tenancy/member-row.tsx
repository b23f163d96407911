"use client";

import type { MemberView } from "@opencode/core/modules/tenancy/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { UserMinus } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Badge } from "../../ui/badge.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { RoleSelect } from "./role-select.tsx";
import { roleTexts } from "./role-text.ts";
import { useWorkspace } from "./workspace-context.tsx";

export function MemberRow({ member }: { member: MemberView }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { may } = useWorkspace();
  const [removing, setRemoving] = useState(false);
  const reload = () =>
    Promise.all([queryClient.invalidateQueries(trpc.members.pathFilter()), queryClient.invalidateQueries(trpc.workspaces.pathFilter())]);
  const changeRole = useMutation(
    trpc.members.changeRole.mutationOptions({ onSettled: reload, onError: (error) => toast.error(errorMessage(error)) }),
  );
  const remove = useMutation(
    trpc.members.remove.mutationOptions({
      onSuccess: async () => {
        setRemoving(false);
        await reload();
      },
    }),
  );
  const name = member.name ?? member.email;
  return (
    <li className="flex items-center gap-3 px-4 py-2.5">
      <Avatar name={name} className="size-7" />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 text-sm">
          <span className="truncate font-medium">{name}</span>
          {member.isYou ? <Badge>you</Badge> : null}
        </p>
        {member.name ? <p className="truncate text-faint text-xs">{member.email}</p> : null}
      </div>
      {may("members.changeRole") ? (
        <RoleSelect
          label={`Role of ${name}`}
          value={changeRole.isPending ? changeRole.variables.role : member.role}
          disabled={changeRole.isPending}
          onChange={(role) => role !== member.role && changeRole.mutate({ memberId: member.id, role })}
          className="h-8 w-28"
        />
      ) : (
        <span className="text-muted text-sm">{roleTexts[member.role].label}</span>
      )}
      {may("members.remove") && !member.isYou ? (
        <IconButton label={`Remove ${name}`} onClick={() => setRemoving(true)}>
          <UserMinus aria-hidden />
        </IconButton>
      ) : null}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove ${name}?`}
        description="They lose access at once, also in open pages. Their sessions stay with the workspace."
        action="Remove"
        busy={remove.isPending}
        error={remove.error ? errorMessage(remove.error) : null}
        onConfirm={() => remove.mutate({ memberId: member.id })}
      />
    </li>
  );
}
