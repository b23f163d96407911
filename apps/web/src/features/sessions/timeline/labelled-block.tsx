import type { ReactNode } from "react";
import { CopyButton } from "../../../ui/copy-button.tsx";

/** A part of a call's details with its name, and a button that copies it. */
export function LabelledBlock({ label, copy, children }: { label: string; copy: string; children: ReactNode }) {
  return (
    <div>
      <div className="flex items-center justify-between pt-0.5 pr-1 pl-3">
        <span className="text-faint text-xs">{label}</span>
        <CopyButton text={copy} label={`Copy ${label.toLowerCase()}`} />
      </div>
      {children}
    </div>
  );
}
