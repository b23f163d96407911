"use client";

import { type KeyboardEvent, useRef } from "react";
import { isAtEdge, stepThrough } from "./step-through.ts";

/** Earlier prompts by the arrow keys, in an empty field or one that shows an earlier prompt unchanged. */
export function usePromptHistory(history: readonly string[], value: string, onChange: (text: string) => void) {
  const at = useRef(history.length);
  /** True when the key was meant for it. */
  return (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    const move = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (move === 0 || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return false;
    if (!isAtEdge(value, event.currentTarget, move)) return false;
    const next = stepThrough(history, value, at.current, move);
    if (next === null) return false;
    event.preventDefault();
    at.current = next;
    onChange(history[next] ?? "");
    return true;
  };
}
