import { cn } from "../../../ui/cn.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";

export interface Fact {
  readonly name: string;
  /** left out when it is null */
  readonly value: string | null;
  readonly mono?: boolean;
  readonly copy?: boolean;
}

export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
      {facts.flatMap(({ name, value, mono, copy }) =>
        value === null
          ? []
          : [
              <div key={name} className="flex min-h-8 items-center gap-3 px-3 py-1">
                <dt className="w-24 shrink-0 text-muted">{name}</dt>
                <dd className={cn("min-w-0 flex-1 [overflow-wrap:anywhere]", mono && "font-mono text-xs")}>{value}</dd>
                {copy ? <CopyButton text={value} label={`Copy ${name.toLowerCase()}`} /> : null}
              </div>,
            ],
      )}
    </dl>
  );
}
