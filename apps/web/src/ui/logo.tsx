import { cn } from "./cn.ts";

/** The mark: a prompt inside a loop that is not closed. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden className={cn("size-6", className)}>
      <path d="M20.5 8.5A9.2 9.2 0 1 0 21.2 13" stroke="currentColor" strokeWidth="2.1" strokeLinecap="round" className="text-fg" />
      <path d="m9 8.7 3.6 3.3L9 15.3" stroke="var(--accent)" strokeWidth="2.1" strokeLinecap="round" strokeLinejoin="round" />
      <circle cx="20.6" cy="9.2" r="1.6" fill="var(--accent)" />
    </svg>
  );
}
