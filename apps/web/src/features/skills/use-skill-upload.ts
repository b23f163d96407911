"use client";

import type { SkillView } from "@opencode/core/modules/skills/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { readUpload, toBase64 } from "./read-upload.ts";
import { UploadFault } from "./uploaded-file.ts";

type Files = { path: string; content: string }[];

/** Sends chosen files as a skill; one whose name is taken is sent again when the person says that it replaces the other. */
export function useSkillUpload(skills: readonly SkillView[]) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [fault, setFault] = useState<string | null>(null);
  const [replacing, setReplacing] = useState<{ skill: SkillView; files: Files } | null>(null);
  const upload = useMutation(
    trpc.skills.upload.mutationOptions({
      onSuccess: async ({ name, version, files }) => {
        setReplacing(null);
        await queryClient.invalidateQueries(trpc.skills.pathFilter());
        toast.success(`${name} is published as version ${version}, with ${files.length} ${files.length === 1 ? "file" : "files"}.`);
      },
      onError: async (error, { files, replaces }) => {
        // The refusal names the skill that is there; one that was to be replaced has changed in between.
        const taken =
          error.data?.code === "CONFLICT" && replaces === undefined ? skills.find(({ name }) => error.message.includes(`"${name}"`)) : null;
        setReplacing(taken ? { skill: taken, files } : null);
        if (!taken) setFault(errorMessage(error));
        await queryClient.invalidateQueries(trpc.skills.pathFilter());
      },
    }),
  );
  const choose = async (chosen: readonly File[]) => {
    setFault(null);
    if (chosen.length === 0) return;
    try {
      const files = (await readUpload(chosen)).map(({ path, content }) => ({ path, content: toBase64(content) }));
      upload.mutate({ files });
    } catch (error) {
      setFault(error instanceof UploadFault ? error.message : "The files could not be read.");
    }
  };
  return {
    fault,
    isPending: upload.isPending,
    replacing: replacing?.skill ?? null,
    choose,
    replace: () => replacing && upload.mutate({ files: replacing.files, replaces: replacing.skill.version }),
    keep: () => setReplacing(null),
  };
}
