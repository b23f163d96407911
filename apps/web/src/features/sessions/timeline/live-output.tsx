const shownLines = 8;

/** The last lines of what a running command has written. */
export function LiveOutput({ output }: { output: string }) {
  const tail = output.slice(-4_000).trimEnd().split("\n").slice(-shownLines).join("\n");
  return (
    <pre className="mt-1 mb-2 ml-6 overflow-hidden rounded-lg border border-line bg-subtle px-3 py-2 font-mono text-muted text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
      {tail}
    </pre>
  );
}
