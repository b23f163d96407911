import type { ModelInfo } from "@opencode/core/modules/providers/contract.ts";
import { formatCount } from "../../ui/format-count.ts";

const sources: Readonly<Record<ModelInfo["source"], string>> = {
  workspace: "this workspace’s key",
  platform: "this server’s key",
  local: "runs on this machine",
  demo: "plays three guided tasks",
};

/** Where a model comes from, what it holds and what it costs, in one line. */
export function modelNote(model: ModelInfo): string {
  const context = model.contextTokens === null ? null : `${formatCount(model.contextTokens)} context`;
  const price =
    model.price === null || model.source === "demo" ? null : `$${dollars(model.price.input)} in, $${dollars(model.price.output)} out / M`;
  return [sources[model.source], context, price].filter((piece) => piece !== null).join(" · ");
}

function dollars(micros: number): string {
  return (micros / 1_000_000).toFixed(2).replace(/\.?0+$/, "");
}
