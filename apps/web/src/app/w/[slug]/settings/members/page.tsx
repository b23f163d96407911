import type { Metadata } from "next";
import { MembersPage } from "../../../../../features/tenancy/members-page.tsx";

export const metadata: Metadata = { title: "Members" };

export default function MembersRoute() {
  return <MembersPage />;
}
