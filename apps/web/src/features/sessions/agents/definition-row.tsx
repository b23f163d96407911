import { Pencil, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../../../ui/badge.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";

interface DefinitionRowProps {
  name: string;
  description: string;
  source: "builtin" | "repository" | "workspace";
  path: string | null;
  note: string;
  badge: ReactNode;
  busy: boolean;
  onEdit: (() => void) | null;
  onRemove: (() => void) | null;
}

const sources = { builtin: "built in", repository: "repository", workspace: "workspace" } as const;

/** An agent or a command in a list: what it is for, and where it comes from. */
export function DefinitionRow({ name, description, source, path, note, badge, busy, onEdit, onRemove }: DefinitionRowProps) {
  return (
    <li className="flex items-start gap-3 px-3 py-2.5" data-testid={`definition-${name}`}>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium font-mono text-sm">{name}</span>
          <Badge tone={source === "builtin" ? "neutral" : "accent"}>{sources[source]}</Badge>
          {badge}
        </p>
        <p className="text-muted text-sm [overflow-wrap:anywhere]">{description === "" ? "No description" : description}</p>
        {note !== "" || path ? (
          <p className="truncate text-faint text-xs">
            {note}
            {path ? `${note === "" ? "" : " · "}${path}` : ""}
          </p>
        ) : null}
      </div>
      {onEdit ? (
        <IconButton size="icon-sm" label={`Edit ${name}`} onClick={onEdit}>
          <Pencil aria-hidden />
        </IconButton>
      ) : null}
      {onRemove ? (
        <IconButton size="icon-sm" label={`Remove ${name}`} disabled={busy} onClick={onRemove}>
          <Trash2 aria-hidden />
        </IconButton>
      ) : null}
    </li>
  );
}
