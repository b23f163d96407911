"use client";

import type { ApiKeyView } from "@opencode/core/modules/tenancy/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

export function ApiKeyRow({ apiKey, mayRevoke }: { apiKey: ApiKeyView; mayRevoke: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation(
    trpc.apiKeys.revoke.mutationOptions({
      onSuccess: async () => {
        setAsking(false);
        await queryClient.invalidateQueries(trpc.apiKeys.pathFilter());
      },
    }),
  );
  const expired = apiKey.expiresAt !== null && apiKey.expiresAt.getTime() < Date.now();
  const dead = apiKey.revokedAt !== null || expired;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className={cn("min-w-0 flex-1 basis-52", dead && "opacity-60")}>
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{apiKey.name}</span>
          {apiKey.revokedAt ? <Badge>revoked</Badge> : expired ? <Badge>expired</Badge> : null}
        </p>
        <p className="flex flex-wrap gap-x-1.5 text-faint text-xs">
          <span>
            <code className="font-mono">{apiKey.prefix}…</code> ·
          </span>
          <span>{apiKey.scopes.join(", ")} ·</span>
          <span>
            {apiKey.lastUsedAt ? "used " : "never used"}
            {apiKey.lastUsedAt ? <Age at={apiKey.lastUsedAt} ago /> : null}
            {apiKey.expiresAt && !dead ? " ·" : null}
          </span>
          {apiKey.expiresAt && !dead ? <span>until {day.format(apiKey.expiresAt)}</span> : null}
        </p>
      </div>
      {mayRevoke && !dead ? (
        <Button size="sm" variant="danger" onClick={() => setAsking(true)}>
          Revoke
        </Button>
      ) : null}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Revoke “${apiKey.name}”?`}
        description="Programs that use it are refused from now on."
        action="Revoke"
        busy={revoke.isPending}
        error={revoke.error ? errorMessage(revoke.error) : null}
        onConfirm={() => revoke.mutate({ apiKeyId: apiKey.id })}
      />
    </li>
  );
}
