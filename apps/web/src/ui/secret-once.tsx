import { CopyButton } from "./copy-button.tsx";

/** Something that is shown once: to be copied now. */
export function SecretOnce({ label, secret, note }: { label: string; secret: string; note: string }) {
  return (
    <div>
      <p className="font-medium text-sm">{label}</p>
      <div className="mt-1.5 flex items-start gap-1 rounded-md border border-line-strong bg-subtle py-1 pr-1 pl-2.5">
        <code data-testid="secret" className="min-w-0 flex-1 break-all py-1 font-mono text-xs">
          {secret}
        </code>
        <CopyButton text={secret} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <p className="mt-1.5 text-pretty text-muted text-sm">{note}</p>
    </div>
  );
}
