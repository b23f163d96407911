import { Callout } from "../../../ui/callout.tsx";

interface Problem {
  readonly path: string;
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** What is wrong with definitions: those with an error are not used. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  const isGrave = problems.some(({ severity }) => severity === "error");
  return (
    <Callout
      tone={isGrave ? "danger" : "warning"}
      title={isGrave ? "Some definitions are not used" : "Some definitions are not as they should be"}
    >
      <ul className="space-y-0.5" data-testid="definition-problems">
        {problems.map(({ path, message }) => (
          <li key={`${path}:${message}`}>
            <code className="font-mono text-xs">{path}</code>: {message}
          </li>
        ))}
      </ul>
    </Callout>
  );
}
