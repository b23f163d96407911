"use client";

import { GitFork } from "lucide-react";
import { Button } from "../../../ui/button.tsx";
import { cn } from "../../../ui/cn.ts";
import { useSessionActions } from "../session-actions.tsx";

/** What can be done from a step of the agent's on: a session of its own that goes on after it. Without a pointer it is offered where a turn ends. */
export function AnswerActions({ messageId, endsTurn }: { messageId: string; endsTurn: boolean }) {
  const { mayWrite, forkFrom } = useSessionActions();
  if (!mayWrite) return null;
  return (
    <div
      className={cn(
        "absolute top-full right-0 z-10 -mt-2 rounded-md bg-surface opacity-0 transition-opacity focus-within:opacity-100 group-hover/answer:opacity-100",
        endsTurn ? "max-lg:static max-lg:mt-1 max-lg:flex max-lg:justify-end max-lg:bg-transparent max-lg:opacity-100" : "max-lg:hidden",
      )}
    >
      <Button size="sm" variant="ghost" onClick={() => forkFrom(messageId)} data-testid="fork-after">
        <GitFork aria-hidden />
        Fork after this
      </Button>
    </div>
  );
}
