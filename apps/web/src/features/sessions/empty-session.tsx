import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import { TaskSuggestions } from "../providers/task-suggestions.tsx";

interface EmptySessionProps {
  session: SessionRow;
  demo: boolean;
  mayWrite: boolean;
  onPick: (prompt: string) => void;
}

/** A session in which nothing was said yet: what can be done here. */
export function EmptySession({ session, demo, mayWrite, onPick }: EmptySessionProps) {
  return (
    <div className="space-y-5 py-8">
      <div className="text-center">
        <h2 className="font-semibold text-lg">What should happen in {session.repositoryName}?</h2>
        <p className="mx-auto mt-1 max-w-md text-pretty text-muted">
          The agent reads, edits, runs and tests in a sandbox of its own. Your repository stays as it is until you take the changes.
        </p>
      </div>
      {mayWrite ? <TaskSuggestions demo={demo} onPick={onPick} /> : null}
    </div>
  );
}
