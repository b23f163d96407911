"use client";

import { useQuery } from "@tanstack/react-query";
import { FileCog } from "lucide-react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Badge } from "../../ui/badge.tsx";
import { Callout } from "../../ui/callout.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { RuleBadge, RuleText } from "./rule-badge.tsx";

const tones = { policy: "danger", error: "warning", warning: "neutral" } as const;

/** What the repositories' own files say, and what is wrong with them. */
export function RepositoryPermissions() {
  const trpc = useTRPC();
  const found = useQuery(trpc.policy.repositories.queryOptions());
  return (
    <Section
      title="Repositories’ own rules"
      description="From opencode.jsonc on the base branch. A file with a mistake in its rules stops every new turn on that repository until it is mended."
    >
      {found.isPending ? <SkeletonRows rows={2} label="Reading the repositories’ files" /> : null}
      {found.isError && !found.data ? <ErrorState message={errorMessage(found.error)} onRetry={() => found.refetch()} /> : null}
      {found.data?.length === 0 ? (
        <EmptyState icon={FileCog} title="No repository has rules of its own">
          A file <code className="font-mono">opencode.jsonc</code> with a section <code className="font-mono">permission</code> at a
          repository’s root is all it takes.
        </EmptyState>
      ) : null}
      <div className="space-y-3">
        {found.data?.map((repository) => (
          <article key={repository.repositoryId} className="rounded-xl border border-line bg-surface shadow-card">
            <h3 className="flex flex-wrap items-baseline gap-x-2 border-line border-b px-4 py-2.5 font-medium text-sm">
              {repository.repositoryName}
              <code className="font-mono font-normal text-faint text-xs">{repository.commit.slice(0, 10)}</code>
            </h3>
            {repository.isUnreadable ? (
              <p className="px-4 py-3 text-muted text-sm">
                Its mirror is not within reach of this server: the worker reads the file when a turn begins.
              </p>
            ) : null}
            {repository.problems.some(({ severity }) => severity === "policy") ? (
              <Callout tone="danger" title="Turns on this repository are stopped" className="m-3">
                What its file forbids can’t be known. Mend it on the base branch and fetch the repository again.
              </Callout>
            ) : null}
            <ul className="space-y-2 px-4 py-3 empty:hidden">
              {repository.problems.map((problem) => (
                <li
                  key={`${problem.file}:${problem.line}:${problem.path}:${problem.message}`}
                  className="flex flex-wrap items-start gap-x-2 gap-y-1 text-sm"
                >
                  <Badge tone={tones[problem.severity]}>{problem.severity === "policy" ? "stops" : problem.severity}</Badge>
                  <span className="min-w-0 flex-1 basis-60 text-muted [overflow-wrap:anywhere]">
                    <code className="font-mono text-fg text-xs">
                      {problem.file}:{problem.line}
                    </code>{" "}
                    {problem.path ? <code className="font-mono text-xs">{problem.path}</code> : "the file"} {problem.message}
                  </span>
                </li>
              ))}
              {repository.rules
                .map((rule, index) => ({ rule, place: `rule ${index + 1}` }))
                .map(({ rule, place }) => (
                  <li key={place} className="flex items-center gap-2">
                    <RuleBadge action={rule.action} />
                    <RuleText permission={rule.permission} pattern={rule.pattern} />
                  </li>
                ))}
            </ul>
          </article>
        ))}
      </div>
    </Section>
  );
}
