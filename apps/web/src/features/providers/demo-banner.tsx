"use client";

import { KeyRound } from "lucide-react";
import Link from "next/link";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { useDemoOnly } from "./use-demo-only.ts";

/** Says that only the demo model is there, and how to get a real one. */
export function DemoBanner() {
  const { base } = useWorkspace();
  if (!useDemoOnly()) return null;
  return (
    <Callout
      title="You are using the demo model"
      actions={
        <Button asChild size="sm">
          <Link href={`${base}/settings/providers`}>
            <KeyRound aria-hidden />
            Add a key
          </Link>
        </Button>
      }
    >
      It plays three guided tasks on the sample repository, with real tools in a real sandbox. Add a provider’s key to give it any task.
    </Callout>
  );
}
