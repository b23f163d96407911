"use client";

import type { SkillView } from "@opencode/core/modules/skills/contract.ts";
import { FolderUp, Upload } from "lucide-react";
import { useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { useSkillUpload } from "./use-skill-upload.ts";

/** A skill's folder, or a zip of it, from this computer. */
export function UploadSkill({ skills }: { skills: readonly SkillView[] }) {
  const { fault, isPending, replacing, choose, replace, keep } = useSkillUpload(skills);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    void choose([...(input.files ?? [])]);
    // The same choice again is a choice again.
    input.value = "";
  };
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button busy={isPending} onClick={() => folder.current?.click()} data-testid="upload-skill-folder">
          <FolderUp aria-hidden />
          Upload a folder
        </Button>
        <Button busy={isPending} onClick={() => files.current?.click()}>
          <Upload aria-hidden />
          Upload a zip
        </Button>
      </div>
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="A skill’s folder"
        {...{ webkitdirectory: "" }}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="A zip, or the files of a skill"
        data-testid="skill-files"
        onChange={(event) => take(event.currentTarget)}
      />
      {fault ? <Callout tone="danger">{fault}</Callout> : null}
      <ConfirmDialog
        open={replacing !== null}
        onOpenChange={(open) => (open ? undefined : keep())}
        title={`Replace “${replacing?.name ?? ""}”?`}
        description={`There is a skill of this name, in version ${replacing?.version ?? 0}. Its text and its files give way to those that you chose.`}
        action="Replace"
        busy={isPending}
        onConfirm={replace}
      />
    </>
  );
}
