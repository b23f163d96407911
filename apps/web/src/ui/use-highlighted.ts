"use client";

import { type CSSProperties, useEffect, useState } from "react";

interface Token {
  readonly key: string;
  readonly content: string;
  readonly style: CSSProperties;
}
interface Line {
  readonly key: string;
  readonly tokens: readonly Token[];
}

const maxHighlightedChars = 20_000;

/** The code's lines in colour; null until they are ready, for unknown languages and for very long code. */
export function useHighlighted(code: string, language: string | null, maxChars = maxHighlightedChars): readonly Line[] | null {
  const [done, setDone] = useState<{ code: string; lines: readonly Line[] } | null>(null);
  useEffect(() => {
    if (!language || code.length > maxChars) return;
    let stale = false;
    // A block that is still being written is coloured when it has been still for a moment.
    const timer = setTimeout(async () => {
      const { highlight } = await import("./highlight.ts");
      const lines = await highlight(code, language).catch(() => null);
      if (!stale && lines) setDone({ code, lines });
    }, 120);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [code, language, maxChars]);
  return done?.code === code ? done.lines : null;
}
