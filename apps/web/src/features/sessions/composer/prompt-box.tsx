"use client";

import { type ClipboardEvent, type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useState } from "react";
import { cn } from "../../../ui/cn.ts";
import { AttachButton, AttachedImages } from "../images/attachment-bar.tsx";
import type { Attachments } from "../images/use-attachments.ts";
import { useFileDrop } from "../images/use-file-drop.ts";
import { checkPrompt } from "./check-prompt.ts";
import { CompletionList } from "./completion-list.tsx";
import { useCompletion } from "./use-completion.ts";
import { usePromptHistory } from "./use-prompt-history.ts";

interface PromptBoxProps {
  value: string;
  onChange: (text: string) => void;
  onSubmit: () => void;
  /** with Ctrl or ⌘ held; the same as without when left out */
  onForcedSubmit?: (() => void) | undefined;
  label: string;
  placeholder: string;
  textarea: RefObject<HTMLTextAreaElement | null>;
  /** what stands below the text: choices at the left, buttons at the right */
  footer: ReactNode;
  error: string | null;
  attachments: Attachments;
  /** whose commands, agents and files are offered while somebody types */
  repositoryId: string;
  /** Tab, while nothing is offered: another agent */
  onTab?: () => void;
  /** earlier prompts, oldest first: the arrow keys bring them back */
  history?: readonly string[];
  disabled?: boolean;
  tall?: boolean;
}

/** A text that grows as it is written. Enter sends, Shift+Enter is a new line; on touch screens only the button sends. */
export function PromptBox({
  value,
  onChange,
  onSubmit,
  onForcedSubmit = onSubmit,
  label,
  placeholder,
  textarea,
  footer,
  error,
  attachments,
  repositoryId,
  onTab,
  history = [],
  disabled = false,
  tall = false,
}: PromptBoxProps) {
  const [refused, setRefused] = useState<string | null>(null);
  useAutosize(textarea, value);
  const completion = useCompletion({ repositoryId, value, onChange, textarea });
  const recall = usePromptHistory(history, value, onChange);
  const listId = useId();
  const isOffering = completion.items.length > 0;

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (completion.onKey(event) || recall(event)) return;
    const meaning = meaningOf(event);
    const act = meaning && { tab: onTab, submit: onSubmit, forced: onForcedSubmit }[meaning];
    if (!act) return;
    event.preventDefault();
    act();
  };

  const isDropped = useFileDrop((files) => (disabled ? undefined : attachments.add(files)));
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const result = pasteInto(value, event);
    if (result === null) return;
    event.preventDefault();
    if (typeof result === "string") setRefused(result);
    else attachments.add(result);
  };

  const note = refused ?? error ?? attachments.problem;
  return (
    <div
      className={cn(
        "relative rounded-xl border border-line-strong bg-surface shadow-card transition-colors focus-within:border-accent focus-within:ring-3 focus-within:ring-accent/15",
        note && "border-danger",
        isDropped && "border-accent border-dashed bg-accent-soft",
      )}
    >
      <CompletionList id={listId} items={completion.items} index={completion.index} onHover={completion.hover} onTake={completion.take} />
      <AttachedImages attachments={attachments} />
      <textarea
        ref={textarea}
        aria-autocomplete="list"
        aria-controls={isOffering ? listId : undefined}
        aria-activedescendant={isOffering ? `${listId}-${completion.index}` : undefined}
        value={value}
        rows={tall ? 3 : 1}
        disabled={disabled}
        aria-label={label}
        aria-invalid={note ? true : undefined}
        placeholder={placeholder}
        spellCheck
        onChange={(event) => {
          setRefused(null);
          onChange(event.target.value);
          completion.look(event.target.value, event.target.selectionStart);
        }}
        onBlur={completion.close}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        className={cn(
          "block max-h-[40dvh] w-full resize-none overflow-y-auto bg-transparent px-3.5 pt-3 pb-1 text-base outline-none disabled:opacity-60",
          tall ? "min-h-20" : "min-h-10",
        )}
      />
      {note ? (
        <p role="alert" className="px-3.5 pb-1 text-danger text-sm">
          {note}
        </p>
      ) : null}
      <div className="flex flex-wrap items-center gap-1 px-2 pb-2">
        <AttachButton onFiles={attachments.add} />
        {footer}
      </div>
    </div>
  );
}

/** What a key stands for in the field; null: it is the text's own. */
function meaningOf(event: KeyboardEvent): "tab" | "submit" | "forced" | null {
  const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
  // Shift+Tab leaves the field, so that nobody is caught in it.
  if (key === "Tab") return shiftKey || altKey || ctrlKey || metaKey ? null : "tab";
  if (key !== "Enter" || event.nativeEvent.isComposing) return null;
  if (metaKey || ctrlKey) return "forced";
  return shiftKey || window.matchMedia("(pointer: coarse)").matches ? null : "submit";
}

/** Pictures to be attached in place of what is pasted, or why it can't be; null: it is pasted as it is. */
function pasteInto(value: string, event: ClipboardEvent<HTMLTextAreaElement>): File[] | string | null {
  const pasted = event.clipboardData.getData("text/plain");
  // Office programs put a picture of the text beside it: whoever copies text wants the text.
  if (pasted === "") return event.clipboardData.files.length > 0 ? [...event.clipboardData.files] : null;
  const { selectionStart, selectionEnd } = event.currentTarget;
  const result = value.slice(0, selectionStart) + pasted + value.slice(selectionEnd);
  const problem = checkPrompt(result);
  if (problem === null || result.trim() === "") return null;
  return `This paste (${pasted.length.toLocaleString("en")} characters) was left out. ${problem}`;
}

function useAutosize(textarea: RefObject<HTMLTextAreaElement | null>, value: string): void {
  useEffect(() => {
    const box = textarea.current;
    // The height follows what the field shows.
    if (!box || box.value !== value) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }, [textarea, value]);
}
