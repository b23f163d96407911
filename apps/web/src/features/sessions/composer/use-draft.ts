"use client";

import { useCallback, useSyncExternalStore } from "react";
import { createKeyedStore } from "../keyed-store.ts";
import { readTab, writeTab } from "../tab-storage.ts";

const drafts = createKeyedStore(
  (key) => readTab(`draft:${key}`),
  (key, text) => writeTab(`draft:${key}`, text),
);

/** A text that survives a reload of the tab, and what others put into its place (`keepDraft`). */
export function useDraft(key: string): readonly [string, (text: string) => void] {
  const draft = useSyncExternalStore(
    drafts.subscribe,
    () => drafts.get(key),
    () => "",
  );
  return [draft, useCallback((text: string) => drafts.set(key, text), [key])];
}

/** The text that waits under a key, as of now. */
export const readDraft = (key: string): string => drafts.get(key);

/** Puts a text where a composer shows it. */
export const keepDraft = (key: string, text: string): void => drafts.set(key, text);

/** A text that comes back to a composer in which another may have been begun: both stay. */
export const mergeDraft = (returned: string, begun: string): string => (begun.trim() === "" ? returned : `${returned}\n\n${begun}`);
