"use client";

import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Archive, Ellipsis, Link as LinkIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { DownloadItems } from "./changes/download-items.tsx";
import { useSessionActions } from "./session-actions.tsx";

export function SessionMenu({ session }: { session: SessionRow }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { base } = useWorkspace();
  const { mayWrite } = useSessionActions();
  const archive = useMutation(
    trpc.sessions.archive.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.sessions.list.pathFilter());
        toast.success("Archived. Its branch and changes are kept.");
        router.push(base);
      },
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const copyLink = () => {
    navigator.clipboard.writeText(window.location.href).then(
      () => toast.success("Link copied"),
      () => toast.error("The browser did not allow copying."),
    );
  };
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label="More about this session">
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      <MenuItem onSelect={copyLink}>
        <LinkIcon aria-hidden />
        Copy link
      </MenuItem>
      <DownloadItems sessionId={session.id} withBundle={mayWrite} />
      {mayWrite ? (
        <>
          <MenuSeparator />
          <MenuItem onSelect={() => archive.mutate({ sessionId: session.id })}>
            <Archive aria-hidden />
            Archive
          </MenuItem>
        </>
      ) : null}
    </Menu>
  );
}
