"use client";

import { limits } from "@opencode/core/platform/limits.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { type PreparedImage, prepareImage } from "./prepare-image.ts";

const { maxPerPrompt, maxPromptBytes } = limits.image;

export interface Attachments {
  readonly images: readonly PreparedImage[];
  readonly add: (files: readonly File[]) => Promise<void>;
  readonly remove: (key: string) => void;
  readonly set: (images: readonly PreparedImage[]) => void;
  /** why they can't be sent to the chosen model; null: they can */
  readonly unseen: string | null;
  /** that, or why one was left out */
  readonly problem: string | null;
}

/** The pictures of a prompt that is being written; `models` are those that it would be sent to. */
export function useAttachments(models: readonly string[]): Attachments {
  const [images, setImages] = useState<readonly PreparedImage[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const blind = useBlindModel(models);
  const set = (next: readonly PreparedImage[]) => {
    setRefused(null);
    setImages(next);
  };
  const add = async (files: readonly File[]) => {
    const settled = await Promise.allSettled(files.slice(0, maxPerPrompt + 1).map(prepareImage));
    const made = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const failed = settled.find((each) => each.status === "rejected");
    setImages((before) => within([...before, ...made]));
    const all = [...images, ...made];
    setRefused(failed ? messageOf(failed.reason) : within(all).length < all.length ? tooMuch : null);
  };
  const unseen = images.length > 0 && blind !== null ? `${blind} can't see pictures. Choose another model, or take them out.` : null;
  return { images, add, remove: (key) => set(images.filter((image) => image.key !== key)), set, unseen, problem: refused ?? unseen };
}

const tooMuch = `A prompt takes ${maxPerPrompt} pictures, ${maxPromptBytes / 1_000_000} MB together: the rest was left out.`;

function within(images: readonly PreparedImage[]): readonly PreparedImage[] {
  let left = maxPromptBytes;
  return images.slice(0, maxPerPrompt).filter(({ sizeBytes }) => {
    left -= sizeBytes;
    return left >= 0;
  });
}

const messageOf = (reason: unknown): string => (reason instanceof Error ? reason.message : "The picture could not be read.");

/** The name of one of these models that is known not to see; null when there is none. */
function useBlindModel(models: readonly string[]): string | null {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.providers.models.queryOptions(undefined, { staleTime: 60_000 }));
  const found = data?.models.find(({ id, abilities }) => models.includes(id) && abilities.images === false);
  return found?.name ?? null;
}
