import type { Metadata } from "next";
import { SessionPage } from "../../../../../features/sessions/session-page.tsx";

export const metadata: Metadata = { title: "Session" };

export default async function SessionRoute({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <SessionPage key={id} sessionId={id} />;
}
