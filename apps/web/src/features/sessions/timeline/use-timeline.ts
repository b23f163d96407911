"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useState } from "react";
import { deriveTimeline, type TimelineBlock } from "./derive-timeline.ts";

interface Derived {
  readonly view: SessionView;
  readonly blocks: readonly TimelineBlock[];
}

/** The blocks of the timeline; those that did not change are the same objects as before. */
export function useTimeline(view: SessionView): readonly TimelineBlock[] {
  const [derived, setDerived] = useState<Derived>(() => ({ view, blocks: deriveTimeline(view) }));
  if (derived.view === view) return derived.blocks;
  const unchanged = derived.view.turns === view.turns && derived.view.messages === view.messages && derived.view.parts === view.parts;
  const next = { view, blocks: unchanged ? derived.blocks : deriveTimeline(view, derived.blocks) };
  setDerived(next);
  return next.blocks;
}
