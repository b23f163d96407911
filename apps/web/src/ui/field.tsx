import { type ReactNode, useId } from "react";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  /** gets the ids that tie the control to its label, hint and error */
  children: (control: { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined }) => ReactNode;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = Boolean(error || hint);
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="block font-medium text-fg text-sm">
        {label}
      </label>
      {children({ id, "aria-describedby": hasNote ? noteId : undefined, "aria-invalid": error ? true : undefined })}
      {error ? (
        <p id={noteId} role="alert" className="text-danger text-sm">
          {error}
        </p>
      ) : hint ? (
        <p id={noteId} className="text-faint text-sm">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
