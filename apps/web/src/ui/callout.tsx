import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

const looks = {
  info: { box: "border-line bg-subtle", icon: Info, ink: "text-accent" },
  success: { box: "border-success/30 bg-success-soft", icon: CircleCheck, ink: "text-success" },
  warning: { box: "border-warning-line bg-warning-soft", icon: TriangleAlert, ink: "text-warning" },
  danger: { box: "border-danger-line bg-danger-soft", icon: CircleAlert, ink: "text-danger" },
} as const;

interface CalloutProps {
  tone?: keyof typeof looks;
  title?: ReactNode;
  children?: ReactNode;
  /** what can be done about it, at the right or below */
  actions?: ReactNode;
  className?: string;
}

/** Something that the reader should know: what happened, what it means, what to do. */
export function Callout({ tone = "info", title, children, actions, className }: CalloutProps) {
  const { box, icon: Icon, ink } = looks[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : "note"}
      className={cn("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-3 py-2.5 text-sm", box, className)}
    >
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", ink)} />
      <div className="min-w-0 flex-1 basis-48">
        {title ? <p className="font-semibold text-fg">{title}</p> : null}
        {children ? <div className="break-words text-muted">{children}</div> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </div>
  );
}
