"use client";

import { useCallback, useEffect, useState } from "react";

/** A text that survives a reload of the tab. */
export function useDraft(key: string): readonly [string, (text: string) => void] {
  const [draft, setDraft] = useState("");
  useEffect(() => {
    setDraft(read(key));
  }, [key]);
  const change = useCallback(
    (text: string) => {
      setDraft(text);
      write(key, text);
    },
    [key],
  );
  return [draft, change];
}

function read(key: string): string {
  try {
    return sessionStorage.getItem(`draft:${key}`) ?? "";
  } catch {
    return "";
  }
}

// A browser may refuse storage (private windows, quota): the draft then lives as long as the page.
function write(key: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(`draft:${key}`);
    else sessionStorage.setItem(`draft:${key}`, text);
  } catch {
    return;
  }
}
