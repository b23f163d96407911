"use client";

import { catalogueLine, type SkillView } from "@opencode/core/modules/skills/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatBytes } from "../../ui/format-bytes.ts";
import { SkeletonRows } from "../../ui/skeleton.tsx";

const textClass =
  "max-h-80 overflow-auto whitespace-pre-wrap rounded-md border border-line bg-subtle p-3 font-mono text-xs [overflow-wrap:anywhere]";

/** All of a skill: what the model is told of it, its text, its files, and who made it. */
export function SkillDetails({ skill, onClose }: { skill: SkillView | null; onClose: () => void }) {
  return (
    <Dialog
      open={skill !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={skill?.name ?? ""}
      description={skill?.description}
      className="max-w-2xl"
    >
      {skill ? <Details skill={skill} /> : null}
    </Dialog>
  );
}

function Details({ skill }: { skill: SkillView }) {
  const [shown, setShown] = useState<string | null>(null);
  return (
    <div className="space-y-4 text-sm" data-testid="skill-details">
      <p className="text-faint text-xs">
        Version {skill.version} by {skill.updatedByName}, <Age at={skill.updatedAt} ago /> · first by {skill.createdByName},{" "}
        <Age at={skill.createdAt} ago />
      </p>
      <section className="space-y-1.5">
        <h3 className="font-medium">In the prompt’s catalogue</h3>
        <pre className={textClass}>{catalogueLine(skill)}</pre>
      </section>
      <section className="space-y-1.5">
        <h3 className="font-medium">Loaded when the agent chooses it</h3>
        <pre className={textClass}>{skill.body}</pre>
      </section>
      {skill.files.length > 0 ? (
        <section className="space-y-1.5">
          <h3 className="font-medium">Files, put into the sandbox with it</h3>
          <ul className="divide-y divide-line rounded-md border border-line">
            {skill.files.map(({ path, sizeBytes }) => (
              <li key={path}>
                <button
                  type="button"
                  aria-expanded={shown === path}
                  onClick={() => setShown(shown === path ? null : path)}
                  className="flex w-full items-baseline justify-between gap-3 px-3 py-1.5 text-left hover:bg-hover"
                >
                  <span className="min-w-0 truncate font-mono text-xs">{path}</span>
                  <span className="shrink-0 text-faint text-xs">{formatBytes(sizeBytes)}</span>
                </button>
                {shown === path ? <FileText skillId={skill.id} path={path} /> : null}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

function FileText({ skillId, path }: { skillId: string; path: string }) {
  const trpc = useTRPC();
  const file = useQuery(trpc.skills.file.queryOptions({ skillId, path }));
  if (file.isPending) return <SkeletonRows rows={1} label="Loading the file" />;
  if (file.isError && !file.data) return <ErrorState message={errorMessage(file.error)} onRetry={() => file.refetch()} />;
  return <pre className={`${textClass} m-2`}>{file.data.text ?? "This file is no text."}</pre>;
}
