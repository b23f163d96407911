"use client";

import type { ProviderKeyView } from "@opencode/core/modules/providers/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { useProviderName } from "./use-provider-name.ts";

const states = {
  valid: { label: "works", tone: "success" },
  invalid: { label: "refused", tone: "danger" },
  untested: { label: "not tested", tone: "neutral" },
} as const;

export function ProviderKeyRow({ providerKey, mayWrite }: { providerKey: ProviderKeyView; mayWrite: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [revoking, setRevoking] = useState(false);
  const reload = () => queryClient.invalidateQueries(trpc.providers.pathFilter());
  const test = useMutation(
    trpc.providers.testKey.mutationOptions({ onSettled: reload, onError: (error) => toast.error(errorMessage(error)) }),
  );
  const revoke = useMutation(
    trpc.providers.revokeKey.mutationOptions({
      onSuccess: async () => {
        setRevoking(false);
        await reload();
      },
    }),
  );
  const providerName = useProviderName(providerKey.provider);
  const { label, tone } = states[providerKey.status];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3" data-testid="provider-key">
      <div className="min-w-0 flex-1 basis-52">
        <div className="flex items-center gap-2">
          <span className="truncate font-medium">{providerKey.label}</span>
          <Badge tone={tone}>{label}</Badge>
        </div>
        <p className="flex flex-wrap gap-x-1.5 text-faint text-xs">
          <span>{providerName}</span>
          {providerKey.hint ? <span className="font-mono">…{providerKey.hint}</span> : null}
          {Object.entries(providerKey.fields).map(([name, value]) => (value ? <span key={name}>{value}</span> : null))}
          {providerKey.baseUrl ? <span className="break-all font-mono">{providerKey.baseUrl}</span> : null}
          {providerKey.lastTestedAt ? (
            <span>
              · tested <Age at={providerKey.lastTestedAt} ago />
            </span>
          ) : null}
        </p>
        {providerKey.lastError ? <p className="mt-1 break-words text-danger text-sm">{providerKey.lastError}</p> : null}
      </div>
      {mayWrite ? (
        <div className="flex gap-2">
          <Button size="sm" busy={test.isPending} onClick={() => test.mutate({ keyId: providerKey.id })}>
            Test
          </Button>
          <Button size="sm" variant="danger" onClick={() => setRevoking(true)}>
            Remove
          </Button>
        </div>
      ) : null}
      <ConfirmDialog
        open={revoking}
        onOpenChange={setRevoking}
        title={`Remove “${providerKey.label}”?`}
        description="Its models can’t be called any more, also by sessions that are under way. It can’t be brought back: you would enter it again."
        action="Remove"
        busy={revoke.isPending}
        error={revoke.error ? errorMessage(revoke.error) : null}
        onConfirm={() => revoke.mutate({ keyId: providerKey.id })}
      />
    </li>
  );
}
