import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { ApiProvider } from "../trpc/api-provider.tsx";
import { AppProviders } from "../ui/app-providers.tsx";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "OpenCode Cloud", template: "%s · OpenCode Cloud" },
  description: "A coding agent for teams, on real repositories, seen live.",
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  interactiveWidget: "resizes-content",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfbfc" },
    { media: "(prefers-color-scheme: dark)", color: "#0d0e11" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <AppProviders>
          <ApiProvider>{children}</ApiProvider>
        </AppProviders>
      </body>
    </html>
  );
}
