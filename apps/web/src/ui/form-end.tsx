import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Callout } from "./callout.tsx";

interface FormEndProps {
  /** why it could not be sent */
  error?: string | null;
  busy: boolean;
  onCancel: () => void;
  /** what the button that sends says */
  children: ReactNode;
}

/** The end of a form in a dialog: what went wrong, and the two ways out. */
export function FormEnd({ error = null, busy, onCancel, children }: FormEndProps) {
  return (
    <>
      {error ? <Callout tone="danger">{error}</Callout> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" busy={busy}>
          {children}
        </Button>
      </div>
    </>
  );
}
