"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

const nearPx = 64;

interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atBottom: boolean;
  readonly jump: () => void;
}

/** Keeps a growing timeline at its end, until the reader scrolls up or opens something. */
export function useStickToBottom(): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const touchedAt = useRef(0);
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
    let lastTop = box.scrollTop;
    const onScroll = () => {
      // Only an upward move lets go: content that grows moves the end away without anybody's doing.
      if (box.scrollTop < lastTop - 1 && !isNear()) stuck.current = false;
      else if (isNear()) stuck.current = true;
      lastTop = box.scrollTop;
      setAtBottom(stuck.current);
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
        lastTop = box.scrollTop;
      }
    });
    observer.observe(inner);
    observer.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    box.addEventListener("click", onTouch);
    box.scrollTop = box.scrollHeight;
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", onScroll);
      box.removeEventListener("click", onTouch);
    };
  }, []);

  return { scroller, content, atBottom, jump };
}
