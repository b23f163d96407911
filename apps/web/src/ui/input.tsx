import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

const controlClass =
  "w-full rounded-md border border-line-strong bg-surface px-2.5 text-base text-fg shadow-card transition-colors hover:border-faint focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent/30 disabled:opacity-50 aria-invalid:border-danger";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={cn(controlClass, "h-9", className)} {...props} />;
}
