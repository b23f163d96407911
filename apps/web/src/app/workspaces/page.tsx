import type { Metadata } from "next";
import { WorkspacesPage } from "../../features/tenancy/workspaces-page.tsx";

export const metadata: Metadata = { title: "Workspaces" };

export default function WorkspacesRoute() {
  return <WorkspacesPage />;
}
