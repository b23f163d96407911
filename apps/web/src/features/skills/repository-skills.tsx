"use client";

import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { Select } from "../../ui/select.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";

/** What a repository brings along, and what was wrong with some of it. */
export function RepositorySkills() {
  const trpc = useTRPC();
  const repositories = useQuery(trpc.repositories.list.queryOptions());
  const [chosen, setChosen] = useState<string | null>(null);
  const ready = (repositories.data ?? []).filter(({ state }) => state === "ready");
  const repository = ready.find(({ id }) => id === chosen) ?? ready[0];
  if (!repository) return null;
  return (
    <Section
      title="From repositories"
      description="Read from .opencode/skills, .claude/skills and .agents/skills of the branch that sessions start from. They come before the workspace’s own of the same name."
      actions={
        ready.length > 1 ? (
          <Select
            label="Repository"
            value={repository.id}
            onChange={setChosen}
            options={ready.map(({ id, name }) => ({ value: id, label: name }))}
          />
        ) : null
      }
    >
      <SkillsOf repositoryId={repository.id} name={repository.name} />
    </Section>
  );
}

function SkillsOf({ repositoryId, name }: { repositoryId: string; name: string }) {
  const trpc = useTRPC();
  const found = useQuery(trpc.skills.ofRepository.queryOptions({ repositoryId }));
  if (found.isPending) return <SkeletonRows rows={2} label="Reading the repository" />;
  if (found.isError && !found.data) return <ErrorState message={errorMessage(found.error)} onRetry={() => found.refetch()} />;
  const { skills, problems } = found.data;
  return (
    <div className="space-y-3" data-testid="repository-skills">
      {skills.length === 0 ? <p className="text-muted text-sm">{name} has no skills.</p> : null}
      {skills.length > 0 ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
          {skills.map((skill) => (
            <li key={skill.path} className="px-4 py-3">
              <code className="font-medium font-mono text-sm">{skill.name}</code>
              <p className="line-clamp-2 text-muted text-sm [overflow-wrap:anywhere]">{skill.description}</p>
              <p className="truncate text-faint text-xs">
                {skill.path}
                {skill.files > 0 ? ` and ${skill.files} more ${skill.files === 1 ? "file" : "files"}` : ""}
              </p>
            </li>
          ))}
        </ul>
      ) : null}
      {problems.length > 0 ? (
        <ul className="space-y-1 text-sm">
          {problems.map(({ path, severity, message }) => (
            <li key={`${path}-${message}`} className={severity === "skipped" ? "text-danger" : "text-muted"}>
              <TriangleAlert aria-hidden className="mr-1.5 inline size-4" />
              <span className="font-mono text-xs">{path}</span> {severity === "skipped" ? "was left out: " : ""}
              {message}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
