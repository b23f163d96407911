import { formatCost } from "./format-cost.ts";

/** What models cost: "$0.42". Where a price is unknown it says so: "—", or "$0.42+" when only some of it is known. */
export function Cost({ micros, known, title, className }: { micros: number; known: boolean; title?: string; className?: string }) {
  if (known) {
    return (
      <span title={title} className={className}>
        {formatCost(micros)}
      </span>
    );
  }
  return (
    <span title={micros > 0 ? "Without the steps whose price is unknown" : "Price unknown"} className={className}>
      {micros > 0 ? `${formatCost(micros)}+` : "—"}
      <span className="sr-only">{micros > 0 ? ", and more whose price is unknown" : "price unknown"}</span>
    </span>
  );
}
