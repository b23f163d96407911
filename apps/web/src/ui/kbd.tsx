import type { ReactNode } from "react";

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-grid h-4.5 min-w-4.5 place-items-center rounded border border-current/20 px-1 font-sans text-[0.6875rem] opacity-80">
      {children}
    </kbd>
  );
}
