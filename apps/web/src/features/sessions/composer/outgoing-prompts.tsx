"use client";

import { Pencil, RotateCw, X } from "lucide-react";
import { Button } from "../../../ui/button.tsx";
import { PromptBlock } from "../timeline/prompt-block.tsx";
import { useOnline } from "../use-online.ts";
import type { OutgoingPrompt } from "./outbox.ts";

interface OutgoingPromptsProps {
  prompts: readonly OutgoingPrompt[];
  onResend: (prompt: OutgoingPrompt) => void;
  onTakeBack: (prompt: OutgoingPrompt) => void;
  onDiscard: (prompt: OutgoingPrompt) => void;
}

/** What is on its way, and what could not be sent and why. */
export function OutgoingPrompts({ prompts, onResend, onTakeBack, onDiscard }: OutgoingPromptsProps) {
  const isOnline = useOnline();
  return prompts.map((prompt) => (
    <div key={prompt.key} data-testid="outgoing" data-state={prompt.state}>
      <PromptBlock text={prompt.text} note={noteOf(prompt, isOnline)} sending={prompt.images} />
      {prompt.state === "failed" ? (
        <div className="mt-1 flex flex-wrap items-center justify-end gap-1">
          <p role="alert" className="w-full text-right text-danger text-sm [overflow-wrap:anywhere]">
            {prompt.error}
          </p>
          <Button size="sm" onClick={() => onResend(prompt)} disabled={prompt.images.length < prompt.pictures}>
            <RotateCw aria-hidden />
            Send again
          </Button>
          <Button size="sm" variant="ghost" onClick={() => onTakeBack(prompt)}>
            <Pencil aria-hidden />
            Take back
          </Button>
          <Button size="sm" variant="ghost" onClick={() => onDiscard(prompt)}>
            <X aria-hidden />
            Discard
          </Button>
        </div>
      ) : null}
    </div>
  ));
}

function noteOf({ state, mode }: OutgoingPrompt, isOnline: boolean): string {
  if (state === "failed") return "Not sent";
  if (!isOnline && state === "sending") return "Waits for the connection";
  return mode === "steer" ? "Telling the agent…" : "Sending…";
}
