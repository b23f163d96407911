import type { ToolImage } from "./contract.ts";

/** The kind of picture that a file's first bytes say it is; null when it is none that models take. */
export function imageMime(content: Uint8Array): ToolImage["mime"] | null {
  const head = Buffer.from(content.subarray(0, 12)).toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  return head.startsWith("RIFF") && head.slice(8, 12) === "WEBP" ? "image/webp" : null;
}
