"use client";

import { type SkillView, skillInputSchema } from "@opencode/core/modules/skills/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

const areaClass =
  "w-full rounded-md border border-line-strong bg-surface px-2.5 py-2 text-base text-fg shadow-card transition-colors hover:border-faint focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-accent/30 aria-invalid:border-danger";

/** Writes a new skill, or a new version of one. */
export function SkillDialog({ edited, onClose }: { edited: SkillView | "new" | null; onClose: () => void }) {
  const skill = edited === "new" ? null : edited;
  return (
    <Dialog
      open={edited !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={skill ? `Edit ${skill.name}` : "Write a skill"}
      description="It counts from the next turn on, in every session of the workspace."
    >
      {edited === null ? null : <SkillForm key={skill?.id ?? "new"} skill={skill} onDone={onClose} />}
    </Dialog>
  );
}

function SkillForm({ skill, onDone }: { skill: SkillView | null; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState(skill?.name ?? "");
  const [description, setDescription] = useState(skill?.description ?? "");
  const [body, setBody] = useState(skill?.body ?? "");
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const options = {
    onSuccess: async () => {
      await queryClient.invalidateQueries(trpc.skills.pathFilter());
      toast.success("The skill is published.");
      onDone();
    },
  };
  const create = useMutation(trpc.skills.create.mutationOptions(options));
  const update = useMutation(trpc.skills.update.mutationOptions(options));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = skillInputSchema.safeParse({ name: name.trim(), description, body });
    setProblems(parsed.success ? {} : Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
    if (!parsed.success) return;
    if (skill) update.mutate({ skillId: skill.id, version: skill.version, change: parsed.data });
    else create.mutate(parsed.data);
  };
  const failed = create.error ?? update.error;
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field label="Name" hint="Small letters, digits and hyphens: review-migrations." error={problems.name}>
        {(control) => (
          <Input
            {...control}
            value={name}
            maxLength={64}
            spellCheck={false}
            autoComplete="off"
            className="font-mono"
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Description"
        hint="What it does and when it is to be used: the agent chooses by this sentence."
        error={problems.description}
      >
        {(control) => (
          <textarea
            {...control}
            rows={3}
            value={description}
            className={areaClass}
            onChange={(event) => setDescription(event.target.value)}
          />
        )}
      </Field>
      <Field label="Instructions" hint="Markdown, under 500 lines." error={problems.body}>
        {(control) => (
          <textarea
            {...control}
            rows={14}
            value={body}
            spellCheck={false}
            className={`${areaClass} font-mono text-sm`}
            onChange={(event) => setBody(event.target.value)}
          />
        )}
      </Field>
      {failed ? <Callout tone="danger">{errorMessage(failed)}</Callout> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" busy={create.isPending || update.isPending}>
          Publish
        </Button>
      </div>
    </form>
  );
}
