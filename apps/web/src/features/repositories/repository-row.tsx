"use client";

import type { RepositoryView } from "@opencode/core/modules/repositories/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX, Ellipsis, KeyRound, RefreshCw, Trash2, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { DeployKeyNote } from "./deploy-key-note.tsx";
import { RepositoryNotes } from "./repository-notes.tsx";
import { TokenDialog } from "./token-dialog.tsx";
import { useArchiveUpload } from "./use-archive-upload.ts";

const kinds = { url: null, ssh: "ssh", archive: "upload", local: "on this machine", sample: "sample" } as const;

export function RepositoryRow({ repository, mayWrite }: { repository: RepositoryView; mayWrite: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const [newToken, setNewToken] = useState(false);
  const reload = () => queryClient.invalidateQueries(trpc.repositories.list.pathFilter());
  const refresh = useMutation(
    trpc.repositories.refresh.mutationOptions({ onSettled: reload, onError: (error) => toast.error(errorMessage(error)) }),
  );
  const remove = useMutation(
    trpc.repositories.remove.mutationOptions({
      onSuccess: async () => {
        setRemoving(false);
        await reload();
      },
    }),
  );
  const { id, name, kind, state, location } = repository;
  const { workspace } = useWorkspace();
  const { upload } = useArchiveUpload(workspace.slug);
  const picker = useRef<HTMLInputElement>(null);
  const uploadNext = (file: File | undefined) => {
    if (!file) return;
    upload(file, id).then(reload, (error: unknown) => toast.error(errorMessage(error)));
  };
  const kindNote = kinds[kind];
  return (
    <li className="flex items-start gap-3 px-4 py-3" data-testid="repository-row" data-state={state}>
      <span className="mt-0.5 shrink-0">
        <StateSign state={state} />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <span className="truncate font-medium">{name}</span>
          {kindNote ? <Badge>{kindNote}</Badge> : null}
        </div>
        {location ? <p className="truncate font-mono text-faint text-xs">{location}</p> : null}
        {state === "failed" ? (
          <div className="mt-1.5 space-y-2">
            <p className="break-words text-danger text-sm">{repository.lastError ?? "It could not be connected."}</p>
            {mayWrite ? (
              <div className="flex flex-wrap gap-2">
                <Button size="sm" busy={refresh.isPending} onClick={() => refresh.mutate({ repositoryId: id })}>
                  Try again
                </Button>
                {kind === "url" ? (
                  <Button size="sm" onClick={() => setNewToken(true)}>
                    Enter a token
                  </Button>
                ) : null}
              </div>
            ) : null}
          </div>
        ) : (
          <Figures repository={repository} />
        )}
        <RepositoryNotes repository={repository} />
        <DeployKeyNote repository={repository} />
      </div>
      {mayWrite ? (
        <Menu
          trigger={
            <Button variant="ghost" size="icon-sm" aria-label={`More about ${name}`}>
              {refresh.isPending ? <Spinner /> : <Ellipsis aria-hidden />}
            </Button>
          }
        >
          <MenuItem onSelect={() => refresh.mutate({ repositoryId: id })} disabled={refresh.isPending || state === "connecting"}>
            <RefreshCw aria-hidden />
            Fetch now
          </MenuItem>
          {kind === "url" ? (
            <MenuItem onSelect={() => setNewToken(true)}>
              <KeyRound aria-hidden />
              Change the access token
            </MenuItem>
          ) : null}
          {kind === "archive" ? (
            <MenuItem onSelect={() => picker.current?.click()}>
              <Upload aria-hidden />
              Upload a new version
            </MenuItem>
          ) : null}
          <MenuItem danger onSelect={() => setRemoving(true)}>
            <Trash2 aria-hidden />
            Remove
          </MenuItem>
        </Menu>
      ) : null}
      <input
        ref={picker}
        type="file"
        hidden
        aria-label="A new version"
        onChange={(event) => {
          uploadNext(event.target.files?.[0]);
          // The same file may be chosen again.
          event.target.value = "";
        }}
      />
      <TokenDialog repository={repository} open={newToken} onOpenChange={setNewToken} onDone={reload} />
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove ${name}?`}
        description="The copy that is kept here goes, and no new session can start on it. The repository itself is not touched."
        action="Remove"
        busy={remove.isPending}
        error={remove.error ? errorMessage(remove.error) : null}
        onConfirm={() => remove.mutate({ repositoryId: id })}
      />
    </li>
  );
}

function StateSign({ state }: { state: RepositoryView["state"] }) {
  if (state === "connecting") return <Spinner className="size-4 text-accent" />;
  if (state === "failed") return <CircleX aria-label="failed" className="size-4 text-danger" />;
  return <CircleCheck aria-label="ready" className="size-4 text-success" />;
}

function Figures({ repository }: { repository: RepositoryView }) {
  if (repository.state === "connecting")
    return <p className="text-muted text-sm">{repository.headCommit === null ? "Fetching it for the first time…" : "Fetching…"}</p>;
  return (
    <p className="mt-0.5 flex flex-wrap gap-x-1.5 text-faint text-xs tabular-nums">
      {repository.defaultBranch ? <span className="font-mono">{repository.defaultBranch}</span> : null}
      {repository.headCommit ? <span className="font-mono">@{repository.headCommit.slice(0, 7)}</span> : null}
      {repository.fileCount === null ? null : <span>· {repository.fileCount.toLocaleString("en")} files</span>}
      {repository.lastFetchedAt ? (
        <span>
          · fetched <Age at={repository.lastFetchedAt} ago />
        </span>
      ) : null}
    </p>
  );
}
