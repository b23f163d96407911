"use client";

import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Callout } from "./callout.tsx";
import { Dialog } from "./dialog.tsx";

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  /** a verb: "Remove", "Revoke key" */
  action: string;
  onConfirm: () => void;
  busy?: boolean;
  error?: string | null | undefined;
}

/** Asks before something that can't be undone. */
export function ConfirmDialog({ open, onOpenChange, title, description, action, onConfirm, busy = false, error }: ConfirmDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={description}>
      {error ? (
        <Callout tone="danger" className="mb-4">
          {error}
        </Callout>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button onClick={() => onOpenChange(false)}>Cancel</Button>
        <Button variant="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
