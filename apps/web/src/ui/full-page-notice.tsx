import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface FullPageNoticeProps {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}

/** A page that has one thing to say. */
export function FullPageNotice({ icon: Icon, title, children, actions }: FullPageNoticeProps) {
  return (
    <main className="grid min-h-[70dvh] place-items-center px-6 py-16">
      <div className="flex max-w-md flex-col items-center text-center">
        <span className="grid size-10 place-items-center rounded-xl border border-line bg-surface shadow-card">
          <Icon aria-hidden className="size-5 text-muted" />
        </span>
        <h1 className="mt-4 font-semibold text-lg">{title}</h1>
        <div className="mt-1.5 text-pretty break-words text-muted">{children}</div>
        {actions ? <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div> : null}
      </div>
    </main>
  );
}
