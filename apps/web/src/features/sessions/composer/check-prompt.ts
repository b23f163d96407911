import { promptSchema } from "@opencode/core/modules/sessions/contract.ts";

/** Why a text can't be sent as a prompt; null when it can. */
export function checkPrompt(text: string): string | null {
  const result = promptSchema.safeParse(text);
  return result.success ? null : (result.error.issues[0]?.message ?? "This can't be sent.");
}
