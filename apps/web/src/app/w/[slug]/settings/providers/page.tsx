import type { Metadata } from "next";
import { ProviderKeysPage } from "../../../../../features/providers/provider-keys-page.tsx";

export const metadata: Metadata = { title: "Providers" };

export default function ProvidersRoute() {
  return <ProviderKeysPage />;
}
