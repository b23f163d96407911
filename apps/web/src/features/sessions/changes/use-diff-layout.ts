"use client";

import { useCallback, useEffect, useState } from "react";
import type { DiffLayout } from "./file-diff.tsx";

const storageKey = "diff-layout";

/** The reader's choice of layout, kept in this browser. */
export function useDiffLayout(): readonly [DiffLayout, (layout: DiffLayout) => void] {
  const [layout, setLayout] = useState<DiffLayout>("unified");
  useEffect(() => {
    try {
      if (localStorage.getItem(storageKey) === "split") setLayout("split");
    } catch {
      return; // a browser that refuses storage shows the default
    }
  }, []);
  const choose = useCallback((next: DiffLayout) => {
    setLayout(next);
    try {
      localStorage.setItem(storageKey, next);
    } catch {
      return;
    }
  }, []);
  return [layout, choose];
}
