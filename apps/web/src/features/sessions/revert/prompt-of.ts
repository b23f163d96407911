import type { Part } from "@opencode/core/modules/sessions/contract.ts";

/** What a prompt was, as it was written: its text and its pictures. */
export function promptOf(parts: readonly Part[], messageId: string) {
  const own = parts.filter((part) => part.messageId === messageId);
  return {
    text: own.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n"),
    pictures: own.flatMap((part) => (part.type === "image" ? [{ partId: part.id, name: part.name }] : [])),
  };
}
