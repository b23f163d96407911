"use client";

import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";

interface DefinitionFormProps {
  name: string;
  /** null: it keeps its name */
  onName: ((name: string) => void) | null;
  definition: string;
  onDefinition: (text: string) => void;
  error: string | null;
  busy: boolean;
  onSave: () => void;
  onClose: () => void;
}

/** Name and text of a definition. */
export function DefinitionForm({ name, onName, definition, onDefinition, error, busy, onSave, onClose }: DefinitionFormProps) {
  return (
    <form
      className="min-w-0 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
    >
      <Field label="Name" hint={onName ? "Small letters, digits and hyphens." : undefined}>
        {(control) => (
          <Input
            {...control}
            value={name}
            disabled={onName === null}
            onChange={(event) => onName?.(event.target.value)}
            className="font-mono"
          />
        )}
      </Field>
      <Field label="Definition" error={error}>
        {(control) => (
          <textarea
            {...control}
            value={definition}
            rows={16}
            spellCheck={false}
            onChange={(event) => onDefinition(event.target.value)}
            className="block w-full resize-y rounded-md border border-line-strong bg-surface px-2.5 py-2 font-mono text-xs leading-5 shadow-card outline-none focus-visible:border-accent focus-visible:ring-3 focus-visible:ring-accent/15"
          />
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={busy} disabled={name.trim() === ""} data-testid="save-definition">
          Save
        </Button>
      </div>
    </form>
  );
}
