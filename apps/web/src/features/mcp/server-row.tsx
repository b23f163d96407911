"use client";

import type { McpServerView } from "@opencode/core/modules/mcp/contract.ts";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { Age } from "../../ui/age.tsx";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ToolSwitches } from "./tool-switches.tsx";
import { useServerActions } from "./use-server-actions.ts";

function lookOf(server: McpServerView): { label: string; tone: BadgeTone } {
  if (!server.approved) return { label: "to be approved", tone: "warning" };
  if (!server.enabled) return { label: "off", tone: "neutral" };
  if (server.status === "ready") return { label: "works", tone: "success" };
  if (server.status === "sign-in") return { label: "sign in", tone: "warning" };
  if (server.status === "failed") return { label: "failed", tone: "danger" };
  return { label: server.kind === "stdio" ? "starts with a session" : "new", tone: "neutral" };
}

export function ServerRow({ server, mayWrite }: { server: McpServerView; mayWrite: boolean }) {
  const [removing, setRemoving] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const actions = useServerActions(server, () => setRemoving(false));
  const { label, tone } = lookOf(server);
  const shownError = server.approved && server.enabled && server.status !== "ready" ? server.lastError : null;
  return (
    <li className="space-y-2 px-4 py-3" data-testid="mcp-server">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-52">
          <div className="flex items-center gap-2">
            <span className="truncate font-medium">{server.name}</span>
            <Badge tone={tone}>{label}</Badge>
          </div>
          <p className="break-all font-mono text-faint text-xs">{server.url ?? server.command.join(" ")}</p>
          <p className="text-faint text-xs">
            {server.kind === "http" ? "over HTTP" : "inside the sandbox"}
            {server.headerNames.length > 0 ? ` · headers ${server.headerNames.join(", ")}` : ""}
            {server.toolsAt ? (
              <>
                {" "}
                · asked <Age at={server.toolsAt} ago />
              </>
            ) : null}
          </p>
          {shownError ? <p className="mt-1 break-words text-danger text-sm">{shownError}</p> : null}
        </div>
        {mayWrite ? (
          <div className="flex flex-wrap gap-2">
            {server.approved ? null : (
              <Button size="sm" variant="primary" busy={actions.isApproving} onClick={actions.approve}>
                Approve
              </Button>
            )}
            {server.approved && server.status === "sign-in" ? (
              <Button size="sm" variant="primary" busy={actions.isConnecting} onClick={actions.connect}>
                Sign in
              </Button>
            ) : null}
            {server.approved && server.kind === "http" ? (
              <Button size="sm" busy={actions.isTesting} onClick={actions.test}>
                Test
              </Button>
            ) : null}
            {server.approved ? (
              <Button size="sm" busy={actions.isChanging} onClick={() => actions.change({ enabled: !server.enabled })}>
                {server.enabled ? "Switch off" : "Switch on"}
              </Button>
            ) : null}
            <Button size="sm" variant="danger" onClick={() => setRemoving(true)}>
              Remove
            </Button>
          </div>
        ) : null}
      </div>
      {server.tools.length > 0 ? (
        <div>
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            className="flex items-center gap-1 text-muted text-sm hover:text-fg"
          >
            <ChevronRight aria-hidden className={cn("size-4 transition-transform", isOpen && "rotate-90")} />
            {server.tools.length === 1 ? "1 tool" : `${server.tools.length} tools`}
          </button>
          {isOpen ? (
            <ToolSwitches server={server} mayWrite={mayWrite} onChange={(disabledTools) => actions.change({ disabledTools })} />
          ) : null}
        </div>
      ) : null}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove “${server.name}”?`}
        description={
          server.repositoryId === null
            ? "Its tools are gone from every session, and its headers and tokens are forgotten."
            : "It comes back, to be approved, with the next session on its repository, until the repository’s file no longer names it."
        }
        action="Remove"
        busy={actions.isRemoving}
        error={actions.removeError ? errorMessage(actions.removeError) : null}
        onConfirm={actions.remove}
      />
    </li>
  );
}
