import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** A key to press. */
export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={cn(
        "inline-grid h-4.5 min-w-4.5 place-items-center rounded border border-current/20 px-1 font-sans text-[0.6875rem]/none opacity-80",
        className,
      )}
    >
      {children}
    </kbd>
  );
}
