"use client";

import { repositorySchema } from "@opencode/core/modules/repositories/contract.ts";
import { useState } from "react";
import { z } from "zod";

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
      request.onerror = () => reject(new Error("The connection was lost while the archive was sent. Try again."));
      request.onload = () => {
        const answer: unknown = JSON.parse(request.responseText || "null");
        if (request.status === 201) resolve(answerSchema.parse(answer));
        else reject(new Error(problemSchema.safeParse(answer).data?.detail ?? `The upload failed (${request.status}). Try again.`));
      };
      request.onloadend = () => setProgress(null);
      setProgress(0);
      request.send(file);
    });
  return { upload, progress };
}
