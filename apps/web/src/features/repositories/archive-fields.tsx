import { Field } from "../../ui/field.tsx";

interface ArchiveFieldsProps {
  file: File | null;
  /** 0 to 1 while it is sent */
  progress: number | null;
  onFile: (file: File | null) => void;
}

/** Files without a server: an archive of them. */
export function ArchiveFields({ file, progress, onFile }: ArchiveFieldsProps) {
  return (
    <>
      <Field
        label="Archive"
        hint=".tar.gz, .tar or .zip, up to 200 MB. Its files become a repository with one commit; a .git in it is left out."
      >
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".zip,.tar,.tgz,.gz,application/zip,application/gzip,application/x-tar"
            onChange={(event) => onFile(event.target.files?.[0] ?? null)}
            className="block w-full rounded-md border border-line-strong border-dashed bg-surface p-3 text-sm file:mr-3 file:rounded-md file:border file:border-line-strong file:bg-subtle file:px-2.5 file:py-1 file:font-medium file:text-fg"
            data-testid="archive-file"
          />
        )}
      </Field>
      {file && progress !== null ? (
        <div>
          <progress value={progress} max={1} aria-label="Upload" className="h-1.5 w-full accent-accent-solid" />
          <p className="text-faint text-xs tabular-nums">{Math.round(progress * 100)} % sent</p>
        </div>
      ) : null}
    </>
  );
}
