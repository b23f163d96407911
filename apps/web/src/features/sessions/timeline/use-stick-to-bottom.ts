"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

const nearPx = 64;

interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atBottom: boolean;
  readonly jump: () => void;
}

/** What a reader does to scroll. Dragging the scroll bar begins with a pointer, and tells nothing of its moves. */
const intents = ["wheel", "touchmove", "keydown", "pointerdown"] as const;
const intentMs = 400;
const dragMs = 4_000;

function measure(box: HTMLElement) {
  return { top: box.scrollTop, height: box.scrollHeight, room: box.clientHeight };
}

/** Keeps a growing timeline at its end, until the reader scrolls up or opens something. */
export function useStickToBottom(): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const touchedAt = useRef(0);
  const intendedUntil = useRef(0);
  const [atBottom, setAtBottom] = useState(true);

  const jump = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    stuck.current = true;
    setAtBottom(true);
    box.scrollTop = box.scrollHeight;
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (!box || !inner) return;
    const isNear = () => box.scrollHeight - box.scrollTop - box.clientHeight < nearPx;
    let last = measure(box);
    const onScroll = () => {
      const now = measure(box);
      // Only a reader's move upwards lets go. When the box or its content changes size, the browser moves it too.
      const isResize = now.height !== last.height || now.room !== last.room;
      const isReader = !isResize || performance.now() < intendedUntil.current;
      if (isNear()) stuck.current = true;
      else if (now.top < last.top - 1 && isReader) stuck.current = false;
      last = now;
      setAtBottom(stuck.current);
    };
    const onIntent = (event: Event) => {
      intendedUntil.current = performance.now() + (event.type === "pointerdown" ? dragMs : intentMs);
    };
    const onTouch = () => {
      touchedAt.current = performance.now();
    };
    const observer = new ResizeObserver(() => {
      const opened = performance.now() - touchedAt.current < 250;
      if (opened) {
        stuck.current = isNear();
        setAtBottom(stuck.current);
      } else if (stuck.current) {
        box.scrollTop = box.scrollHeight;
        last = measure(box);
      }
    });
    observer.observe(inner);
    observer.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    box.addEventListener("click", onTouch);
    for (const name of intents) box.addEventListener(name, onIntent, { passive: true });
    box.scrollTop = box.scrollHeight;
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", onScroll);
      box.removeEventListener("click", onTouch);
      for (const name of intents) box.removeEventListener(name, onIntent);
    };
  }, []);

  return { scroller, content, atBottom, jump };
}
