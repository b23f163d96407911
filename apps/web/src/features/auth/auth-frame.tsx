import type { ReactNode } from "react";
import { Logo } from "../../ui/logo.tsx";
import { ThemeToggle } from "../../ui/theme-toggle.tsx";

/** The quiet page around everything that happens before somebody is in. */
export function AuthFrame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center justify-between px-4 py-4 sm:px-6">
        <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
          <Logo className="size-5" />
          OpenCode Cloud
        </span>
        <ThemeToggle />
      </header>
      <main className="grid flex-1 place-items-center px-4 pb-[12dvh]">
        <div className="w-full max-w-sm">{children}</div>
      </main>
    </div>
  );
}
