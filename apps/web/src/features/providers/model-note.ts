import type { ModelInfo } from "@opencode/core/modules/providers/contract.ts";
import { formatCount } from "../../ui/format-count.ts";

const sources: Readonly<Record<ModelInfo["source"], string | null>> = {
  workspace: null,
  platform: "this server’s key",
  local: "runs on this machine",
  demo: "plays three guided tasks",
};

/** Where a model comes from, what it holds and what it costs, in one line. */
export function modelNote(model: ModelInfo): string {
  const context = model.contextTokens === null ? null : `${formatCount(model.contextTokens)} context`;
  return [sources[model.source], context, priceNote(model)].filter((piece) => piece !== null).join(" · ");
}

function priceNote({ price, source }: ModelInfo): string | null {
  if (source === "demo" || (source === "local" && price === null)) return null;
  if (price === null) return "price unknown";
  return `$${dollarsOf(price.input)} in, $${dollarsOf(price.output)} out / M`;
}

/** Micro-dollars as dollars, without zeros at the end. */
export function dollarsOf(micros: number): string {
  return (micros / 1_000_000).toFixed(4).replace(/\.?0+$/, "");
}
