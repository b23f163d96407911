import type { Metadata } from "next";
import { PermissionsPage } from "../../../../../features/tools/permissions-page.tsx";

export const metadata: Metadata = { title: "Permissions" };

export default function PermissionsRoute() {
  return <PermissionsPage />;
}
