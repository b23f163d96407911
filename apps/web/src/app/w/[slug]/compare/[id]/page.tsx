import type { Metadata } from "next";
import { ComparePage } from "../../../../../features/sessions/compare/compare-page.tsx";

export const metadata: Metadata = { title: "Compare" };

export default async function CompareRoute({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <ComparePage groupId={id} />;
}
