import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import { ShieldCheck, ShieldQuestion, ShieldX } from "lucide-react";
import { Age } from "../../../ui/age.tsx";
import { cn } from "../../../ui/cn.ts";

const looks = {
  allow: { icon: ShieldCheck, word: "Allowed", ink: "text-success" },
  ask: { icon: ShieldQuestion, word: "Asked", ink: "text-warning" },
  deny: { icon: ShieldX, word: "Denied", ink: "text-danger" },
} as const;

const replies = { once: "allowed once", always: "always allowed", reject: "rejected" } as const;

/** Which rule decided about a call, on which layer, and who answered when it had to be asked. */
export function DecisionLine({ part }: { part: Pick<ToolPart, "decision" | "answer"> }) {
  const { decision, answer } = part;
  if (!decision) return null;
  const { icon: Icon, word, ink } = looks[decision.action];
  return (
    <p className="flex flex-wrap items-center gap-x-1.5 gap-y-0.5 px-3 py-2 text-muted text-xs">
      <Icon aria-hidden className={cn("size-3.5", ink)} />
      <span>
        {word} by the {decision.layer} rule{decision.ceiling ? ` of ${decision.ceiling}, for whom it works` : ""}
      </span>
      <code className="rounded bg-subtle px-1 font-mono [overflow-wrap:anywhere]">
        {decision.permission}: {decision.pattern}
      </code>
      {decision.access?.workspace === "read-only" ? <span className="rounded bg-subtle px-1">workspace read-only</span> : null}
      {decision.access?.network === "none" ? <span className="rounded bg-subtle px-1">no network</span> : null}
      {answer ? (
        <span>
          — {replies[answer.reply]} by {answer.by} <Age at={answer.at} ago />
        </span>
      ) : null}
    </p>
  );
}
