"use client";

import { SquarePen } from "lucide-react";
import Link from "next/link";
import { Button } from "../../ui/button.tsx";
import { Tooltip } from "../../ui/tooltip.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";

/** The way to the composer, from everywhere. */
export function NewSessionLink({ compact = false }: { compact?: boolean }) {
  const { base, may } = useWorkspace();
  if (!may("sessions.write")) return null;
  return (
    <Tooltip content="New session">
      <Button asChild variant="ghost" size="icon">
        <Link href={`${base}#new`} aria-label="New session" data-testid={compact ? undefined : "new-session"}>
          <SquarePen aria-hidden />
        </Link>
      </Button>
    </Tooltip>
  );
}
