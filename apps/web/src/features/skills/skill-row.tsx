"use client";

import type { SkillView } from "@opencode/core/modules/skills/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";

interface SkillRowProps {
  skill: SkillView;
  mayWrite: boolean;
  onEdit: () => void;
  onView: () => void;
}

export function SkillRow({ skill, mayWrite, onEdit, onView }: SkillRowProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const reload = () => queryClient.invalidateQueries(trpc.skills.pathFilter());
  const change = useMutation(
    trpc.skills.update.mutationOptions({ onSettled: reload, onError: (error) => toast.error(errorMessage(error)) }),
  );
  const remove = useMutation(
    trpc.skills.remove.mutationOptions({
      onSuccess: async () => {
        setRemoving(false);
        await reload();
      },
    }),
  );
  const { id: skillId, version, name, description, enabled } = skill;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3" data-testid="skill">
      <div className="min-w-0 flex-1 basis-64">
        <div className="flex items-center gap-2">
          <button type="button" onClick={onView} className="truncate rounded font-medium font-mono text-sm hover:underline">
            {name}
          </button>
          {enabled ? null : <Badge>off</Badge>}
        </div>
        <p className="line-clamp-2 text-muted text-sm [overflow-wrap:anywhere]">{description}</p>
        <p className="text-faint text-xs">
          Version {version} · {skill.updatedByName}, <Age at={skill.updatedAt} ago />
          {skill.files.length > 0 ? ` · ${skill.files.length} ${skill.files.length === 1 ? "file" : "files"}` : ""}
        </p>
      </div>
      {mayWrite ? (
        <div className="flex gap-2">
          <Button size="sm" busy={change.isPending} onClick={() => change.mutate({ skillId, version, change: { enabled: !enabled } })}>
            {enabled ? "Switch off" : "Switch on"}
          </Button>
          <Button size="sm" onClick={onEdit}>
            Edit
          </Button>
          <Button size="sm" variant="danger" onClick={() => setRemoving(true)}>
            Remove
          </Button>
        </div>
      ) : null}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove “${name}”?`}
        description="New turns won’t have it. Sessions that loaded it keep what they read."
        action="Remove"
        busy={remove.isPending}
        error={remove.error ? errorMessage(remove.error) : null}
        onConfirm={() => remove.mutate({ skillId })}
      />
    </li>
  );
}
