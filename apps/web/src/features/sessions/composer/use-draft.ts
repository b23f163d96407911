"use client";

import { useCallback, useEffect, useState } from "react";

/** A text that survives a reload of the tab. */
export function useDraft(key: string): readonly [string, (text: string) => void] {
  const [draft, setDraft] = useState("");
  useEffect(() => {
    setDraft(readDraft(key));
  }, [key]);
  const change = useCallback(
    (text: string) => {
      setDraft(text);
      keepDraft(key, text);
    },
    [key],
  );
  return [draft, change];
}

/** The text that waits under a key. */
export function readDraft(key: string): string {
  try {
    return sessionStorage.getItem(`draft:${key}`) ?? "";
  } catch {
    return "";
  }
}

/** Puts a text where a composer finds it. */
// A browser may refuse storage (private windows, quota): the draft then lives as long as the page.
export function keepDraft(key: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(`draft:${key}`);
    else sessionStorage.setItem(`draft:${key}`, text);
  } catch {
    return;
  }
}
