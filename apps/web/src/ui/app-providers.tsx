"use client";

import { ThemeProvider } from "next-themes";
import type { ReactNode } from "react";
import { Toaster } from "sonner";
import { TooltipProvider } from "./tooltip.tsx";

/** Theme, tooltips and notices: what every page stands in. */
export function AppProviders({ children, nonce }: { children: ReactNode; nonce?: string }) {
  return (
    <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange {...(nonce ? { nonce } : {})}>
      <TooltipProvider delayDuration={400} skipDelayDuration={200}>
        {children}
        <Toaster
          position="bottom-right"
          toastOptions={{
            classNames: {
              toast: "!bg-surface !text-fg !border-line !shadow-pop !rounded-lg !text-sm !font-sans",
              description: "!text-muted",
              error: "[&_[data-icon]]:!text-danger",
              success: "[&_[data-icon]]:!text-success",
            },
          }}
        />
      </TooltipProvider>
    </ThemeProvider>
  );
}
