"use client";

import type { PermissionRequestView } from "@opencode/core/modules/sessions/contract.ts";
import type { PermissionReply } from "@opencode/core/modules/tools/contract.ts";
import { MessageCircleQuestionMark } from "lucide-react";
import Link from "next/link";
import { useEffect } from "react";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { permissionWish } from "./permission-wish.ts";

interface PermissionCardProps {
  request: PermissionRequestView;
  /** the sub-agent that asks; null: the session's own agent */
  asker?: string | null;
  /** how many questions wait, this one among them */
  waiting: number;
  busy: PermissionReply | null;
  error: string | null;
  mayAnswer: boolean;
  onAnswer: (reply: PermissionReply) => void;
}

const keys: Readonly<Record<string, PermissionReply>> = { Digit1: "once", Digit2: "always", Digit3: "reject" };

/** The agent's question: what it wants to do, and the very rule that "always" would save. */
export function PermissionCard({ request, asker = null, waiting, busy, error, mayAnswer, onAnswer }: PermissionCardProps) {
  const { base } = useWorkspace();
  useEffect(() => {
    if (!mayAnswer || busy) return;
    const onKey = (event: KeyboardEvent) => {
      const reply = event.altKey && !event.ctrlKey && !event.metaKey ? keys[event.code] : undefined;
      if (!reply) return;
      event.preventDefault();
      onAnswer(reply);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [mayAnswer, busy, onAnswer]);

  return (
    <section
      aria-label="The agent asks for permission"
      data-testid="permission-card"
      className="rounded-xl border border-warning-line bg-surface shadow-pop"
    >
      <div role="status" aria-live="assertive" className="px-3.5 pt-3">
        <div className="flex items-center gap-2">
          <MessageCircleQuestionMark aria-hidden className="size-4 shrink-0 text-warning" />
          <h2 className="font-semibold text-sm">{permissionWish(request.permission)}</h2>
          {asker ? <Badge tone="accent">sub-agent {asker}</Badge> : null}
          {waiting > 1 ? <Badge className="ml-auto">1 of {waiting}</Badge> : null}
        </div>
        <pre className="mt-2 max-h-40 overflow-auto rounded-lg border border-line bg-subtle px-3 py-2 font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
          {request.target}
        </pre>
      </div>
      {error ? (
        <p role="alert" className="px-3.5 pt-2 text-danger text-sm">
          {error}
        </p>
      ) : null}
      {mayAnswer ? (
        <>
          <div className="flex flex-wrap gap-2 px-3.5 pt-2.5">
            <Button size="sm" variant="primary" busy={busy === "once"} disabled={busy !== null} onClick={() => onAnswer("once")}>
              Allow once <Kbd className="pointer-coarse:hidden max-sm:hidden">Alt 1</Kbd>
            </Button>
            <Button size="sm" busy={busy === "always"} disabled={busy !== null} onClick={() => onAnswer("always")}>
              Always allow <Kbd className="pointer-coarse:hidden max-sm:hidden">Alt 2</Kbd>
            </Button>
            <Button size="sm" variant="danger" busy={busy === "reject"} disabled={busy !== null} onClick={() => onAnswer("reject")}>
              Reject <Kbd className="pointer-coarse:hidden max-sm:hidden">Alt 3</Kbd>
            </Button>
          </div>
          <p className="px-3.5 pt-2 pb-3 text-faint text-xs">
            “Always” saves the rule{" "}
            <code data-testid="always-rule" className="rounded bg-subtle px-1 font-mono text-fg [overflow-wrap:anywhere]">
              allow {request.permission}: {request.alwaysRule}
            </code>{" "}
            for this workspace. It can be removed under{" "}
            <Link href={`${base}/settings/permissions`} className="text-accent hover:underline">
              Permissions
            </Link>
            .
          </p>
        </>
      ) : (
        <p className="px-3.5 pt-2 pb-3 text-muted text-sm">A member of the workspace has to answer; your role is viewer.</p>
      )}
    </section>
  );
}
