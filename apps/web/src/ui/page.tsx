import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** The column that ordinary pages stand in. */
export function Page({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cn("mx-auto w-full max-w-4xl space-y-6 px-4 py-6 sm:px-8 sm:py-10", className)}>{children}</div>;
}
