"use client";

import { type ClipboardEvent, type KeyboardEvent, type ReactNode, type RefObject, useEffect, useState } from "react";
import { cn } from "../../../ui/cn.ts";
import { checkPrompt } from "./check-prompt.ts";

interface PromptBoxProps {
  value: string;
  onChange: (text: string) => void;
  onSubmit: () => void;
  label: string;
  placeholder: string;
  textarea: RefObject<HTMLTextAreaElement | null>;
  /** what stands below the text: choices at the left, buttons at the right */
  footer: ReactNode;
  error: string | null;
  disabled?: boolean;
  tall?: boolean;
}

/** A text that grows as it is written. Enter sends, Shift+Enter is a new line; on touch screens only the button sends. */
export function PromptBox({
  value,
  onChange,
  onSubmit,
  label,
  placeholder,
  textarea,
  footer,
  error,
  disabled = false,
  tall = false,
}: PromptBoxProps) {
  const [refused, setRefused] = useState<string | null>(null);
  useAutosize(textarea, value);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    const forced = event.metaKey || event.ctrlKey;
    const isTouch = window.matchMedia("(pointer: coarse)").matches;
    if (!forced && (event.shiftKey || isTouch)) return;
    event.preventDefault();
    onSubmit();
  };

  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const pasted = event.clipboardData.getData("text/plain");
    const { selectionStart, selectionEnd } = event.currentTarget;
    const result = value.slice(0, selectionStart) + pasted + value.slice(selectionEnd);
    const problem = pasted === "" ? null : checkPrompt(result);
    if (problem && result.trim() !== "") {
      event.preventDefault();
      setRefused(`This paste (${pasted.length.toLocaleString("en")} characters) was left out. ${problem}`);
    }
  };

  const note = refused ?? error;
  return (
    <div
      className={cn(
        "rounded-xl border border-line-strong bg-surface shadow-card transition-colors focus-within:border-accent focus-within:ring-3 focus-within:ring-accent/15",
        note && "border-danger",
      )}
    >
      <textarea
        ref={textarea}
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
        }}
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
      <div className="flex items-center gap-1 px-2 pb-2">{footer}</div>
    </div>
  );
}

function useAutosize(textarea: RefObject<HTMLTextAreaElement | null>, value: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useEffect(() => {
    const box = textarea.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }, [textarea, value]);
}
