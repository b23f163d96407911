"use client";

import type { SkillView } from "@opencode/core/modules/skills/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { BookOpen, Plus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { RepositorySkills } from "./repository-skills.tsx";
import { SkillDetails } from "./skill-details.tsx";
import { SkillDialog } from "./skill-dialog.tsx";
import { SkillRow } from "./skill-row.tsx";
import { UploadSkill } from "./upload-skill.tsx";

/** The workspace's own skills, and those that its repositories bring. */
export function SkillsPage() {
  const trpc = useTRPC();
  const mayWrite = useWorkspace().may("skills.write");
  const [edited, setEdited] = useState<SkillView | "new" | null>(null);
  const skills = useQuery(trpc.skills.list.queryOptions());
  const [viewed, setViewed] = useState<SkillView | null>(null);
  const add = mayWrite ? (
    <Button variant="primary" onClick={() => setEdited("new")} data-testid="add-skill">
      <Plus aria-hidden />
      Write a skill
    </Button>
  ) : null;
  return (
    <>
      <Section
        title="Skills"
        description="Instructions for a particular kind of work. The agent sees names and descriptions, and loads the one that fits."
        actions={(skills.data?.length ?? 0) > 0 ? add : null}
      >
        {skills.isPending ? <SkeletonRows rows={2} label="Loading the skills" /> : null}
        {skills.isError && !skills.data ? <ErrorState message={errorMessage(skills.error)} onRetry={() => skills.refetch()} /> : null}
        {mayWrite && skills.data ? <UploadSkill skills={skills.data} /> : null}
        {skills.data?.length === 0 ? (
          <EmptyState icon={BookOpen} title="No skill yet" action={add}>
            Write down once how your team reviews a migration, cuts a release or answers a bug report.
          </EmptyState>
        ) : null}
        {skills.data && skills.data.length > 0 ? (
          <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
            {skills.data.map((skill) => (
              <SkillRow key={skill.id} skill={skill} mayWrite={mayWrite} onEdit={() => setEdited(skill)} onView={() => setViewed(skill)} />
            ))}
          </ul>
        ) : null}
      </Section>
      <RepositorySkills />
      <SkillDetails skill={viewed} onClose={() => setViewed(null)} />
      <SkillDialog edited={edited} onClose={() => setEdited(null)} />
    </>
  );
}
