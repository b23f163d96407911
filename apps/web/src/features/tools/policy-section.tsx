"use client";

import { useQuery } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Callout } from "../../ui/callout.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { PolicyEditor } from "./policy-editor.tsx";
import { RuleBadge, RuleText } from "./rule-badge.tsx";

/** The workspace's policy: admins edit it, everybody sees it. */
export function PolicySection() {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const policy = useQuery(trpc.policy.get.queryOptions());
  const { data } = policy;
  return (
    <Section
      title="Policy"
      description={
        <>
          Heard last, over repository, agent, session and every answer of “always”. Where it says nothing, the layers below decide.
          {data?.updatedAt ? (
            <>
              {" "}
              Changed by {data.updatedByName ?? "somebody who left"} <Age at={data.updatedAt} ago />.
            </>
          ) : null}
        </>
      }
    >
      {policy.isPending ? <SkeletonRows rows={2} label="Loading the policy" /> : null}
      {policy.isError && !data ? <ErrorState message={errorMessage(policy.error)} onRetry={() => policy.refetch()} /> : null}
      {data?.rules === null ? (
        <Callout tone="danger" title="The stored policy can’t be read, so every turn is stopped">
          Save it again to let the agent work.
        </Callout>
      ) : null}
      {data && may("permissionPolicy.write") ? <PolicyEditor key={data.version} saved={data.rules ?? []} version={data.version} /> : null}
      {data && !may("permissionPolicy.write") ? <ReadOnly rules={data.rules ?? []} /> : null}
    </Section>
  );
}

function ReadOnly({ rules }: { rules: readonly { permission: string; pattern: string; action: "allow" | "ask" | "deny" }[] }) {
  if (rules.length === 0) {
    return (
      <EmptyState icon={Lock} title="No policy is set">
        Owners and admins can set rules here that nothing overrides.
      </EmptyState>
    );
  }
  return (
    <ol className="space-y-2 rounded-xl border border-line bg-surface px-4 py-3 shadow-card">
      {rules.map((rule) => (
        <li key={`${rule.permission}:${rule.pattern}:${rule.action}`} className="flex items-center gap-2">
          <RuleBadge action={rule.action} />
          <RuleText permission={rule.permission} pattern={rule.pattern} />
        </li>
      ))}
    </ol>
  );
}
