"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import type { SandboxData } from "./sandbox-data.ts";

type Setup = NonNullable<SandboxData["setup"]>;

const looks: Record<Setup["state"], { readonly text: string; readonly tone: BadgeTone }> = {
  none: { text: "nothing to set up", tone: "neutral" },
  running: { text: "running", tone: "accent" },
  done: { text: "done", tone: "success" },
  failed: { text: "failed", tone: "danger" },
};

/** How the sandbox was prepared, and the way to have it prepared anew. */
export function SetupView({ sessionId, setup }: { sessionId: string; setup: Setup | null }) {
  const { may } = useWorkspace();
  const [asking, setAsking] = useState(false);
  const { text, tone } = looks[setup?.state ?? "none"];
  return (
    <div className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
      <div className="flex flex-wrap items-center gap-2 px-3 py-2">
        <Badge tone={tone}>{text}</Badge>
        <span className="min-w-0 flex-1 basis-56 text-muted">
          {setup?.source ? (
            <code className="font-mono text-xs">{setup.source}</code>
          ) : (
            "The repository names no setup (sandbox.setup in opencode.jsonc)."
          )}
          {setup?.cachedAt ? (
            <>
              {" "}
              · from the cache, made <Age at={setup.cachedAt} ago />
            </>
          ) : setup?.endedAt && setup.commands.length > 0 ? (
            <>
              {" "}
              · ran <Age at={setup.endedAt} ago />
            </>
          ) : null}
        </span>
        {may("sandboxes.write") ? (
          <Button size="sm" onClick={() => setAsking(true)}>
            <RotateCcw aria-hidden />
            Rebuild
          </Button>
        ) : null}
      </div>
      {setup?.error ? <p className="px-3 py-2 text-danger [overflow-wrap:anywhere]">{setup.error}</p> : null}
      {setup && (setup.commands.length > 0 || setup.log !== "") ? (
        // Notes alone say why nothing was set up: nobody should have to look for them.
        <details className="px-3 py-2" open={setup.state === "failed" || setup.commands.length === 0}>
          <summary className="cursor-pointer text-faint text-xs hover:text-fg">
            {setup.commands.length === 0
              ? "What was noted"
              : `${setup.commands.length === 1 ? "1 command" : `${setup.commands.length} commands`} and what they said`}
          </summary>
          <pre
            className="mt-2 max-h-80 overflow-auto whitespace-pre-wrap font-mono text-xs leading-5 [overflow-wrap:anywhere]"
            data-testid="setup-log"
          >
            {setup.log || setup.commands.map((command) => `$ ${command}`).join("\n")}
          </pre>
        </details>
      ) : null}
      <RebuildDialog sessionId={sessionId} open={asking} onOpenChange={setAsking} />
    </div>
  );
}

function RebuildDialog({ sessionId, open, onOpenChange }: { sessionId: string; open: boolean; onOpenChange: (open: boolean) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const rebuild = useMutation(
    trpc.sandboxes.rebuild.mutationOptions({
      onSuccess: () => {
        onOpenChange(false);
        toast.success("The sandbox is made anew.");
      },
      onSettled: () => queryClient.invalidateQueries(trpc.sandboxes.get.queryFilter({ sessionId })),
    }),
  );
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Make the sandbox anew?"
      description="What runs in it is stopped. It begins again from the base commit and the last snapshot of the agent’s work, and its setup runs again instead of coming from the cache. Files that git ignores are lost."
      action="Rebuild"
      busy={rebuild.isPending}
      error={rebuild.error ? errorMessage(rebuild.error) : null}
      onConfirm={() => rebuild.mutate({ sessionId })}
    />
  );
}
