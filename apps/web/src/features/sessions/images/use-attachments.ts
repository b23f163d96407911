"use client";

import { limits } from "@opencode/core/platform/limits.ts";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { draftPictures, restoreDraftPictures } from "./draft-pictures.ts";
import { type PreparedImage, prepareImage } from "./prepare-image.ts";
import { withinLimits } from "./within-limits.ts";

const { maxPerPrompt, maxPromptBytes } = limits.image;

export interface Attachments {
  readonly images: readonly PreparedImage[];
  /** how many are being made ready */
  readonly preparing: number;
  readonly add: (files: readonly File[]) => void;
  readonly remove: (key: string) => void;
  /** waits for those that are being made ready and answers all; null when one of them can't be attached */
  readonly whenReady: () => Promise<readonly PreparedImage[] | null>;
  readonly clear: () => void;
  /** why they can't be sent to the chosen model; null: they can */
  readonly unseen: string | null;
  /** that, or why one was left out */
  readonly problem: string | null;
}

const none: readonly PreparedImage[] = [];

/** The pictures of the draft of this key; `models` are those that it would be sent to. */
export function useAttachments(key: string, models: readonly string[]): Attachments {
  const images = useSyncExternalStore(
    draftPictures.subscribe,
    () => draftPictures.get(key),
    () => none,
  );
  const [preparing, setPreparing] = useState(0);
  const [refused, setRefused] = useState<string | null>(null);
  const underWay = useRef(new Set<Promise<boolean>>());
  const blind = useBlindModel(models);
  useEffect(() => void restoreDraftPictures(key), [key]);

  const prepare = async (files: readonly File[]): Promise<boolean> => {
    const settled = await Promise.allSettled(files.map(prepareImage));
    const made = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const failed = settled.find((each) => each.status === "rejected");
    const all = [...draftPictures.get(key), ...made];
    const taken = withinLimits(all);
    draftPictures.set(key, taken);
    const problem = failed ? messageOf(failed.reason) : taken.length < all.length ? tooMuch : null;
    setRefused(problem);
    return problem === null;
  };
  const add = (files: readonly File[]) => {
    const given = files.slice(0, maxPerPrompt + 1);
    setPreparing((count) => count + given.length);
    const work = prepare(given).finally(() => {
      underWay.current.delete(work);
      setPreparing((count) => count - given.length);
    });
    underWay.current.add(work);
  };
  const set = (next: readonly PreparedImage[]) => {
    setRefused(null);
    draftPictures.set(key, next);
  };
  const whenReady = async () => {
    const ready = await Promise.all(underWay.current);
    return ready.every(Boolean) ? draftPictures.get(key) : null;
  };
  const unseen =
    images.length + preparing > 0 && blind !== null ? `${blind} can't see pictures. Choose another model, or take them out.` : null;
  return {
    images,
    preparing,
    add,
    remove: (gone) => set(draftPictures.get(key).filter((image) => image.key !== gone)),
    whenReady,
    clear: () => set([]),
    unseen,
    problem: refused ?? unseen,
  };
}

const tooMuch = `A prompt takes ${maxPerPrompt} pictures, ${maxPromptBytes / 1_000_000} MB together: the rest was left out.`;

const messageOf = (reason: unknown): string => (reason instanceof Error ? reason.message : "The picture could not be read.");

/** The name of one of these models that is known not to see; null when there is none. */
function useBlindModel(models: readonly string[]): string | null {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.providers.models.queryOptions(undefined, { staleTime: 60_000 }));
  const found = data?.models.find(({ id, abilities }) => models.includes(id) && abilities.images === false);
  return found?.name ?? null;
}
