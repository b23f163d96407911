import type { Metadata } from "next";
import { SandboxSettings } from "../../../../../features/sandbox/sandbox-settings.tsx";

export const metadata: Metadata = { title: "Sandbox" };

export default function SandboxSettingsRoute() {
  return <SandboxSettings />;
}
