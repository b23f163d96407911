"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { ArrowDown } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { Button } from "../../../ui/button.tsx";
import { AnswerActions } from "../revert/answer-actions.tsx";
import { MessageActions } from "../revert/message-actions.tsx";
import { revertedMessages } from "../revert/reverted-messages.ts";
import type { TimelineBlock } from "./derive-timeline.ts";
import { OutcomeBlock } from "./outcome-block.tsx";
import { PartsBlock } from "./parts-block.tsx";
import { PromptBlock } from "./prompt-block.tsx";
import { useFirstShown } from "./use-first-shown.ts";
import { useStickToBottom } from "./use-stick-to-bottom.ts";
import { useTimeline } from "./use-timeline.ts";

interface TimelineProps {
  view: SessionView;
  /** prompts that were sent and are not in the log yet; null when there is none */
  outgoing: ReactNode;
  /** what the agent is doing right now, below the last part */
  activity: ReactNode;
  /** shown instead of a timeline that has nothing in it */
  empty: ReactNode;
}

/** The conversation, top to bottom; it stays at its end while the reader does. */
export function Timeline({ view, outgoing, activity, empty }: TimelineProps) {
  const blocks = useTimeline(view);
  const { scroller, content, atBottom, jump } = useStickToBottom();
  // The end of a long conversation shows at once; what is above it follows without holding anybody up.
  const from = useFirstShown(blocks.length);
  const hidden = useMemo(() => revertedMessages(view), [view]);
  const isEmpty = blocks.length === 0 && outgoing === null;
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        className="h-full overflow-y-auto overscroll-contain outline-none"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Conversation"
      >
        <div ref={content} className="timeline-blocks mx-auto w-full max-w-3xl px-4 py-6 sm:px-6">
          {isEmpty ? empty : null}
          {blocks.slice(from).map((block, index) => (
            <div key={block.key} data-block={block.kind} className={hidden.has(ownerOf(block)) ? "opacity-40 grayscale" : undefined}>
              <Block block={block} skippable={from + index < blocks.length - 4} />
            </div>
          ))}
          {outgoing}
          {activity}
        </div>
      </div>
      {atBottom ? null : (
        <Button size="sm" onClick={jump} className="absolute bottom-3 left-1/2 -translate-x-1/2 animate-fade rounded-full shadow-pop">
          <ArrowDown aria-hidden />
          Jump to latest
        </Button>
      )}
    </div>
  );
}

/** The message or turn that a block belongs to. */
function ownerOf(block: TimelineBlock): string {
  if (block.kind === "prompt") return block.message.id;
  return block.kind === "parts" ? (block.parts[0]?.messageId ?? "") : block.turn.id;
}

function Block({ block, skippable }: { block: TimelineBlock; skippable: boolean }) {
  switch (block.kind) {
    case "prompt":
      return (
        <div className="group/prompt">
          <PromptBlock text={block.text} note={block.queued ? "Queued" : null} extras={block.extras} />
          {block.queued ? null : <MessageActions messageId={block.message.id} />}
        </div>
      );
    case "parts":
      return (
        <div className="group/answer relative">
          <PartsBlock parts={block.parts} skippable={skippable} />
          {block.ends === null ? null : <AnswerActions messageId={block.ends} endsTurn={block.endsTurn} />}
        </div>
      );
    case "outcome":
      return <OutcomeBlock turn={block.turn} isLast={block.isLast} totals={block.totals} />;
  }
}
