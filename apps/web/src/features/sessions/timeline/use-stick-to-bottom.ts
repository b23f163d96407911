"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { watchReader } from "./watch-reader.ts";

const nearPx = 64;
/** A page that has not changed for this long does not scroll by itself: then it is the browser's search, say. */
const quietMs = 500;

interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atBottom: boolean;
  readonly jump: () => void;
}

/**
 * Keeps a growing timeline at its end, until the reader scrolls up or opens something. Sizes don't tell who scrolled:
 * what leaves the page and comes back between two frames makes the browser move the box, and every size is as it was.
 */
export function useStickToBottom(): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
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
    const fromEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight;
    const reader = watchReader(box);
    let changedAt = performance.now();
    let lastTop = box.scrollTop;
    const toEnd = () => {
      if (fromEnd() > 1) box.scrollTop = box.scrollHeight;
      lastTop = box.scrollTop;
    };
    const onScroll = () => {
      const wentUp = box.scrollTop < lastTop - 1;
      lastTop = box.scrollTop;
      const isReader = reader.isScrolling() || performance.now() - changedAt > quietMs;
      if (fromEnd() < nearPx) stuck.current = true;
      else if (wentUp && isReader) stuck.current = false;
      else if (stuck.current) toEnd();
      setAtBottom(stuck.current);
    };
    const sizes = new ResizeObserver(() => {
      changedAt = performance.now();
      if (reader.hasOpened()) stuck.current = fromEnd() < nearPx;
      else if (stuck.current && !reader.isScrolling()) toEnd();
      setAtBottom(stuck.current);
    });
    const changes = new MutationObserver(() => {
      changedAt = performance.now();
    });
    sizes.observe(inner);
    sizes.observe(box);
    changes.observe(document.body, { childList: true, characterData: true, subtree: true });
    box.addEventListener("scroll", onScroll, { passive: true });
    toEnd();
    return () => {
      sizes.disconnect();
      changes.disconnect();
      reader.stop();
      box.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { scroller, content, atBottom, jump };
}
