"use client";

import Link from "next/link";
import { useWorkspace } from "../tenancy/workspace-context.tsx";

/** The demo model's small print, below a composer that uses it. */
export function DemoNote() {
  const { base } = useWorkspace();
  return (
    <p className="px-1 pt-1.5 text-center text-faint text-xs">
      Demo model: it plays three guided tasks.{" "}
      <Link href={`${base}/settings/providers`} className="text-accent hover:underline">
        Add a key
      </Link>{" "}
      for any other.
    </p>
  );
}
