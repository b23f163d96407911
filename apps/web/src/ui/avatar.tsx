import { cn } from "./cn.ts";

/** The initials of a person or a workspace. */
export function Avatar({ name, square = false, className }: { name: string; square?: boolean; className?: string }) {
  const initials = name
    .split(/[\s@._-]+/)
    .filter(Boolean)
    .slice(0, square ? 1 : 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
  return (
    <span
      aria-hidden
      className={cn(
        "grid size-6 shrink-0 place-items-center bg-accent-soft font-semibold text-[0.625rem] text-accent",
        square ? "rounded-md" : "rounded-full",
        className,
      )}
    >
      {initials || "?"}
    </span>
  );
}
