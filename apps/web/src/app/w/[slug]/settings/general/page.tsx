import type { Metadata } from "next";
import { GeneralSettings } from "../../../../../features/tenancy/general-settings.tsx";

export const metadata: Metadata = { title: "Settings" };

export default function GeneralRoute() {
  return <GeneralSettings />;
}
