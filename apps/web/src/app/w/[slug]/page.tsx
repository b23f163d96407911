import type { Metadata } from "next";
import { SessionsHome } from "../../../features/sessions/list/sessions-home.tsx";

export const metadata: Metadata = { title: "Sessions" };

export default function SessionsPage() {
  return <SessionsHome />;
}
