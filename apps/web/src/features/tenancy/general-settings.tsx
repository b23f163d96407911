"use client";

import { workspaceNameSchema } from "@opencode/core/modules/tenancy/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Section } from "../../ui/section.tsx";
import { ThemeToggle } from "../../ui/theme-toggle.tsx";
import { forgetWorkspace } from "./last-workspace.ts";
import { roleTexts } from "./role-text.ts";
import { useWorkspace } from "./workspace-context.tsx";

export function GeneralSettings() {
  return (
    <>
      <NameSection />
      <Section title="Appearance" description="In this browser.">
        <Card className="flex items-center justify-between px-4 py-3 text-sm">
          Theme
          <ThemeToggle />
        </Card>
      </Section>
      <LeaveSection />
    </>
  );
}

function NameSection() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { workspace, may } = useWorkspace();
  const [name, setName] = useState(workspace.name);
  const [problem, setProblem] = useState<string | null>(null);
  const rename = useMutation(
    trpc.workspaces.rename.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.workspaces.pathFilter());
        toast.success("Renamed");
      },
    }),
  );
  const mayRename = may("workspace.rename");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = workspaceNameSchema.safeParse(name);
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? null));
    if (parsed.success) rename.mutate({ name: parsed.data });
  };
  return (
    <Section title="Workspace">
      <Card className="p-4">
        <form onSubmit={submit} className="space-y-4" noValidate>
          <Field label="Name" error={problem ?? (rename.error ? errorMessage(rename.error) : null)}>
            {(control) => <Input {...control} value={name} disabled={!mayRename} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-faint text-sm">
              Address: <code className="font-mono">/w/{workspace.slug}</code> (it stays)
            </p>
            {mayRename ? (
              <Button type="submit" busy={rename.isPending} disabled={name.trim() === workspace.name}>
                Save
              </Button>
            ) : null}
          </div>
        </form>
      </Card>
    </Section>
  );
}

function LeaveSection() {
  const trpc = useTRPC();
  const router = useRouter();
  const { workspace } = useWorkspace();
  const [asking, setAsking] = useState(false);
  const leave = useMutation(
    trpc.workspaces.leave.mutationOptions({
      onSuccess: () => {
        forgetWorkspace();
        router.push("/workspaces");
      },
    }),
  );
  return (
    <Section title="Your membership">
      <Card className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
        <p className="text-muted text-sm">
          Your role here is {roleTexts[workspace.role].label.toLowerCase()}: {roleTexts[workspace.role].note.toLowerCase()}.
        </p>
        <Button variant="danger" onClick={() => setAsking(true)}>
          Leave workspace
        </Button>
      </Card>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Leave ${workspace.name}?`}
        description="You lose access at once. Somebody has to invite you to come back. The last owner can’t leave."
        action="Leave"
        busy={leave.isPending}
        error={leave.error ? errorMessage(leave.error) : null}
        onConfirm={() => leave.mutate()}
      />
    </Section>
  );
}
