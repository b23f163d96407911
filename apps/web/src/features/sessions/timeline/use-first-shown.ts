"use client";

import { startTransition, useEffect, useState } from "react";

const blocksAtOnce = 6;
const pauseMs = 16;

/** Index of the first block to show: the end of a long conversation at first, then more and more until it is 0. */
export function useFirstShown(blocks: number): number {
  const [from, setFrom] = useState(() => Math.max(0, blocks - blocksAtOnce));
  useEffect(() => {
    if (from === 0) return;
    const timer = setTimeout(() => startTransition(() => setFrom(Math.max(0, from - blocksAtOnce))), pauseMs);
    return () => clearTimeout(timer);
  }, [from]);
  return from;
}
