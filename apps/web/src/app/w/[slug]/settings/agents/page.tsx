import type { Metadata } from "next";
import { AgentsPage } from "../../../../../features/sessions/agents/agents-page.tsx";

export const metadata: Metadata = { title: "Agents and commands" };

export default function AgentsRoute() {
  return <AgentsPage />;
}
