import type { SandboxState } from "@opencode/core/modules/sandbox/contract.ts";
import type { ReactNode } from "react";
import { Age } from "../../ui/age.tsx";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import type { SandboxData } from "./sandbox-data.ts";

const looks: Record<SandboxState | "none", { readonly text: string; readonly tone: BadgeTone }> = {
  none: { text: "none yet", tone: "neutral" },
  requested: { text: "requested", tone: "accent" },
  creating: { text: "being made", tone: "accent" },
  setup: { text: "setting up", tone: "accent" },
  ready: { text: "ready", tone: "success" },
  busy: { text: "busy", tone: "success" },
  resumed: { text: "ready", tone: "success" },
  hibernated: { text: "asleep", tone: "neutral" },
  destroyed: { text: "removed", tone: "neutral" },
  failed: { text: "failed", tone: "danger" },
};

const notes: Partial<Record<SandboxState | "none", string>> = {
  hibernated: "Its files are kept; the next command wakes it.",
  failed: "The next prompt tries again.",
};

/** State, driver and limits, as rows. */
export function SandboxFacts({ view }: { view: SandboxData }) {
  const { text, tone } = looks[view.state];
  const { memoryMb, processes, cpus, diskMb } = view.limits;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      "State",
      <span key="state" className="flex flex-wrap items-center gap-x-2">
        <Badge tone={tone} data-testid="sandbox-state">
          {text}
        </Badge>
        {notes[view.state] ? <span className="text-faint text-xs">{notes[view.state]}</span> : null}
      </span>,
    ],
    ["Problem", view.error],
    ["Driver", view.driver && <span key="driver">{driverText(view.driver)}</span>],
    [
      "Image",
      view.image && (
        <code key="image" className="font-mono text-xs [overflow-wrap:anywhere]">
          {view.image}
        </code>
      ),
    ],
    ["Made", view.createdAt && <Age key="made" at={view.createdAt} ago />],
    ["Last used", view.lastUsedAt && <Age key="used" at={view.lastUsedAt} ago />],
    ["Limits", `${sizeText(memoryMb)} memory · ${cpus} CPU · ${processes} processes · ${sizeText(diskMb)} disk`],
  ];
  return (
    <dl className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
      {facts.map(([name, value]) =>
        value ? (
          <div key={name} className="flex min-h-8 items-center gap-3 px-3 py-1">
            <dt className="w-20 shrink-0 text-muted">{name}</dt>
            <dd className="min-w-0 flex-1 [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function driverText(driver: string): string {
  return (
    { bubblewrap: "bubblewrap", docker: "Docker", kubernetes: "Kubernetes", seatbelt: "Seatbelt (not tested by us)" }[driver] ?? driver
  );
}

function sizeText(megabytes: number): string {
  return megabytes >= 1024 && megabytes % 512 === 0 ? `${megabytes / 1024} GB` : `${megabytes} MB`;
}
