import { Hammer } from "lucide-react";
import { Button } from "../../../ui/button.tsx";

/** A plan is there: it is built when somebody says so. */
export function PlanBar({ builder, onBuild }: { builder: string; onBuild: () => void }) {
  return (
    <section
      aria-label="The plan"
      data-testid="plan-bar"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border border-line bg-subtle px-3.5 py-2 text-sm"
    >
      <p className="min-w-0 flex-1 text-muted">This is a plan: have it built, or write what should be different.</p>
      <Button size="sm" variant="primary" onClick={onBuild}>
        <Hammer aria-hidden />
        Go on with {builder}
      </Button>
    </section>
  );
}
