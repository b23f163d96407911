"use client";

import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export const Tabs = Radix.Root;
export const TabsContent = Radix.Content;

export function TabsList({ children, label, className }: { children: ReactNode; label: string; className?: string }) {
  return (
    <Radix.List aria-label={label} className={cn("flex items-center gap-4", className)}>
      {children}
    </Radix.List>
  );
}

export function TabsTrigger({ value, children, className }: { value: string; children: ReactNode; className?: string }) {
  return (
    <Radix.Trigger
      value={value}
      // Browsers show the ring also after a click where somebody has typed just before.
      onPointerDown={({ currentTarget }) => currentTarget.setAttribute("data-pressed", "")}
      onKeyDown={({ currentTarget }) => currentTarget.removeAttribute("data-pressed")}
      onBlur={({ currentTarget }) => currentTarget.removeAttribute("data-pressed")}
      className={cn(
        "-mb-px inline-flex h-10 items-center gap-1.5 border-transparent border-b-2 font-medium text-muted text-sm transition-colors hover:text-fg data-pressed:outline-none data-[state=active]:border-accent data-[state=active]:text-fg",
        className,
      )}
    >
      {children}
    </Radix.Trigger>
  );
}
