import type { Metadata } from "next";
import { SkillsPage } from "../../../../../features/skills/skills-page.tsx";

export const metadata: Metadata = { title: "Skills" };

export default function SkillsRoute() {
  return <SkillsPage />;
}
