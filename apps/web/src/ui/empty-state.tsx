import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  /** the one thing to do next */
  action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center rounded-xl border border-line border-dashed px-6 py-10 text-center">
      <span className="grid size-9 place-items-center rounded-lg border border-line bg-surface shadow-card">
        <Icon aria-hidden className="size-4 text-muted" />
      </span>
      <h2 className="mt-3 font-semibold">{title}</h2>
      <div className="mt-1 max-w-sm text-pretty text-muted text-sm">{children}</div>
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  );
}
