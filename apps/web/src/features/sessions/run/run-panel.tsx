import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import type { ReactNode } from "react";
import { FactList } from "./fact-list.tsx";
import { StepTable } from "./step-table.tsx";
import { TurnSection } from "./turn-section.tsx";

/** How the session came about and runs: for those who want to know exactly. */
export function RunPanel({ session, view }: { session: SessionRow; view: SessionView }) {
  const turns = view.turns.toSorted((a, b) => b.ordinal - a.ordinal);
  return (
    <div className="space-y-6 p-4" data-testid="run-panel">
      <Group title="Turns">
        {turns.length === 0 ? <p className="text-faint text-sm">None yet.</p> : null}
        <div className="space-y-3">
          {turns.map((turn, index) => (
            <TurnSection key={turn.id} sessionId={session.id} turn={turn} parts={view.parts} newest={index === 0} />
          ))}
        </div>
      </Group>
      <Group title="Session">
        <FactList
          facts={[
            { name: "Session", value: session.id, mono: true, copy: true },
            { name: "Repository", value: session.repositoryName },
            { name: "Branch", value: view.branch, mono: true, copy: true },
            { name: "Base commit", value: view.baseCommit?.slice(0, 12) ?? null, mono: true },
            { name: "Agent", value: session.agent },
            { name: "Started by", value: `${session.actorName} · ${session.origin}` },
          ]}
        />
      </Group>
      <Group title="Sandbox">
        <FactList
          facts={[
            { name: "State", value: view.sandbox?.state ?? "none yet" },
            { name: "Driver", value: view.sandbox?.driver ?? null },
            { name: "Problem", value: view.sandbox?.error ?? null },
          ]}
        />
      </Group>
      <Group title="What the model was given, step by step">
        <StepTable view={view} />
      </Group>
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 font-medium text-sm">{title}</h3>
      {children}
    </section>
  );
}
