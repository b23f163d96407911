"use client";

import { repositorySchema } from "@opencode/core/modules/repositories/contract.ts";
import { useState } from "react";
import { z } from "zod";
import { ToldError } from "../../trpc/error-message.ts";

const problemSchema = z.object({ detail: z.string() });
const answerSchema = repositorySchema.pick({ id: true, name: true });

/** Sends an archive with its progress; as the next commit of a repository when one is given. */
export function useArchiveUpload(slug: string) {
  const [progress, setProgress] = useState<number | null>(null);
  const upload = (file: File, repositoryId: string | null): Promise<z.output<typeof answerSchema>> =>
    new Promise((resolve, reject) => {
      const query = new URLSearchParams({ workspace: slug, name: file.name, ...(repositoryId ? { repositoryId } : {}) });
      // fetch tells nothing of how far a body has gone.
      const request = new XMLHttpRequest();
      request.open("POST", `/api/v1/repositories/archive?${query}`);
      request.setRequestHeader("content-type", "application/octet-stream");
      request.upload.onprogress = (event) => setProgress(event.lengthComputable ? event.loaded / event.total : null);
      request.onerror = () => reject(new ToldError("The connection was lost while the archive was sent. Try again."));
      request.onload = () => {
        const answer = parsed(request.responseText);
        const taken = request.status === 201 ? answerSchema.safeParse(answer).data : undefined;
        if (taken) resolve(taken);
        else reject(new ToldError(problemSchema.safeParse(answer).data?.detail ?? `The upload failed (${request.status}). Try again.`));
      };
      request.onloadend = () => setProgress(null);
      setProgress(0);
      request.send(file);
    });
  return { upload, progress };
}

/** A proxy may answer with a page of its own. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
