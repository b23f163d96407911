"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, ShieldCheck, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { AddRuleDialog } from "./add-rule-dialog.tsx";
import { RuleBadge, RuleText } from "./rule-badge.tsx";

/** The workspace's rules; the last one that matches wins. */
export function PermissionRules() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { may } = useWorkspace();
  const mayWrite = may("permissionRules.write");
  const [adding, setAdding] = useState(false);
  const rules = useQuery(trpc.permissionRules.list.queryOptions());
  const remove = useMutation(
    trpc.permissionRules.remove.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.permissionRules.pathFilter()),
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const add = mayWrite ? (
    <Button variant="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      Add a rule
    </Button>
  ) : null;
  return (
    <Section
      title="Workspace rules"
      description="On top of the built-in ones, for every session here. Of the rules that match, the last one decides. “Always allow” in a session adds one."
      actions={(rules.data?.length ?? 0) > 0 ? add : null}
    >
      {rules.isPending ? <SkeletonRows rows={2} label="Loading the rules" /> : null}
      {rules.isError && !rules.data ? <ErrorState message={errorMessage(rules.error)} onRetry={() => rules.refetch()} /> : null}
      {rules.data?.length === 0 ? (
        <EmptyState icon={ShieldCheck} title="Only the built-in rules apply" action={add}>
          The agent works freely in its sandbox, and asks before what those rules call risky.
        </EmptyState>
      ) : null}
      {rules.data && rules.data.length > 0 ? (
        <ol className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
          {rules.data.map((rule) => (
            <li key={rule.id} className="flex items-center gap-3 px-4 py-2.5" data-testid="permission-rule">
              <RuleBadge action={rule.action} />
              <div className="min-w-0 flex-1">
                <RuleText permission={rule.permission} pattern={rule.pattern} />
                <p className="text-faint text-xs">
                  {rule.source === "answer" ? <Badge className="mr-1.5">answered “always”</Badge> : null}
                  {rule.createdByName} · <Age at={rule.createdAt} ago />
                </p>
              </div>
              {mayWrite ? (
                <IconButton
                  label={`Remove the rule ${rule.permission}: ${rule.pattern}`}
                  disabled={remove.isPending}
                  onClick={() => remove.mutate({ ruleId: rule.id })}
                >
                  <Trash2 aria-hidden />
                </IconButton>
              ) : null}
            </li>
          ))}
        </ol>
      ) : null}
      <AddRuleDialog open={adding} onOpenChange={setAdding} />
    </Section>
  );
}
