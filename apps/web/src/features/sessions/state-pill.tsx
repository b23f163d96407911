import type { SessionState } from "@opencode/core/modules/sessions/contract.ts";
import { Badge } from "../../ui/badge.tsx";
import { stateLooks } from "./state-look.ts";
import { StateMark } from "./state-mark.tsx";

export function StatePill({ state }: { state: SessionState }) {
  const { label, tone } = stateLooks[state];
  return (
    <Badge tone={tone} data-testid="session-state" data-state={state}>
      <StateMark state={state} hasWork className="size-3 text-current" />
      {label}
    </Badge>
  );
}
