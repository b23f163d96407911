import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import { memo } from "react";
import { cn } from "../../../ui/cn.ts";
import { PartView } from "./part-view.tsx";

/** A run of parts; those far from the end are left out of layout until they are scrolled to. */
export const PartsBlock = memo(function PartsBlock({ parts, skippable }: { parts: readonly Part[]; skippable: boolean }) {
  return (
    <div className={cn("part-stack offscreen-size", skippable && "offscreen-skip")}>
      {parts.map((part) => (
        <PartView key={part.id} part={part} />
      ))}
    </div>
  );
});
