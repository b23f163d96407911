import { limits } from "@opencode/core/platform/limits.ts";
import type { PreparedImage } from "./prepare-image.ts";

const { maxPerPrompt, maxPromptBytes } = limits.image;

/** Those of the pictures that one prompt takes, the first ones first. */
export function withinLimits(images: readonly PreparedImage[]): readonly PreparedImage[] {
  let left = maxPromptBytes;
  return images.slice(0, maxPerPrompt).filter(({ sizeBytes }) => {
    left -= sizeBytes;
    return left >= 0;
  });
}
