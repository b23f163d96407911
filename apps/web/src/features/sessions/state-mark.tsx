import type { SessionState } from "@opencode/core/modules/sessions/contract.ts";
import { Circle, CircleCheck, CircleDashed, CircleX, MessageCircleQuestionMark } from "lucide-react";
import { cn } from "../../ui/cn.ts";
import { Spinner } from "../../ui/spinner.tsx";

/** A session's state as a sign of its own shape, so that colour is not needed to tell one from another. */
export function StateMark({ state, hasWork, className }: { state: SessionState; hasWork: boolean; className?: string }) {
  const size = cn("size-4 shrink-0", className);
  switch (state) {
    case "running":
      return <Spinner className={cn(size, "text-accent")} />;
    case "waiting":
      return <MessageCircleQuestionMark aria-hidden className={cn(size, "text-warning")} />;
    case "failed":
      return <CircleX aria-hidden className={cn(size, "text-danger")} />;
    case "queued":
      return <CircleDashed aria-hidden className={cn(size, "text-muted")} />;
    case "idle":
      return hasWork ? (
        <CircleCheck aria-hidden className={cn(size, "text-success")} />
      ) : (
        <Circle aria-hidden className={cn(size, "text-faint")} />
      );
  }
}
