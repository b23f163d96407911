import type { ModelAbilities } from "@opencode/core/modules/providers/contract.ts";
import { Brain, Eye, Wrench } from "lucide-react";

const marks = [
  { ability: "tools", label: "calls tools", icon: Wrench },
  { ability: "images", label: "sees pictures", icon: Eye },
  { ability: "reasoning", label: "reasons", icon: Brain },
] as const;

/** What a model can, as small signs; what nobody has said is not shown. */
export function AbilityMarks({ abilities }: { abilities: ModelAbilities }) {
  const known = marks.filter(({ ability }) => abilities[ability]);
  if (known.length === 0) return null;
  return (
    <span className="inline-flex shrink-0 items-center gap-1 text-faint">
      {known.map(({ ability, label, icon: Icon }) => (
        <span key={ability} title={label}>
          <Icon aria-hidden className="size-3" />
          <span className="sr-only">{label}</span>
        </span>
      ))}
    </span>
  );
}
