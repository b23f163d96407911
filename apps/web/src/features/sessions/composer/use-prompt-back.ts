"use client";

import { useCallback } from "react";
import { toast } from "sonner";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { copyPictures } from "../images/copy-pictures.ts";
import { addDraftPictures } from "../images/draft-pictures.ts";
import { keepDraft, mergeDraft, readDraft } from "./use-draft.ts";

interface PromptBack {
  /** the session that has it */
  readonly from: string;
  /** the session in whose composer it is to wait */
  readonly to: string;
  readonly text: string;
  readonly pictures: readonly { readonly partId: string; readonly name: string }[];
}

/** Puts what was written to a session into a composer, with the pictures that it came with, to be changed and sent again. */
export function usePromptBack() {
  const { slug } = useWorkspace().workspace;
  return useCallback(
    async ({ from, to, text, pictures }: PromptBack) => {
      keepDraft(to, mergeDraft(text, readDraft(to)));
      try {
        addDraftPictures(to, await copyPictures({ slug, sessionId: from }, pictures));
      } catch {
        toast.error("The pictures that belong to it could not be taken along. Attach them again.");
      }
    },
    [slug],
  );
}
