export function SampleNote({ connected }: { connected: boolean }) {
  return (
    <p className="text-muted text-sm">
      A small, real TypeScript project with a failing test and a missing feature: made to see the agent at work.
      {connected ? <span className="mt-2 block font-medium text-fg">It is connected already.</span> : null}
    </p>
  );
}
