import { z } from "zod";
import { limits } from "../../../platform/limits.ts";

export const terminalNameSchema = z.string().regex(/^[a-z0-9-]{1,32}$/, "not a terminal's name");
const size = { cols: z.number().int().min(2).max(500), rows: z.number().int().min(2).max(500) };
const base64Of = (maxBytes: number) => z.base64().max(Math.ceil(maxBytes / 3) * 4);

/** What a member does at a session's terminal. Input is bytes in base64: a terminal's input is no text. */
export const terminalActionSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("open"), ...size }),
  z.object({ kind: z.literal("write"), data: base64Of(limits.terminal.inputMaxBytes) }),
  z.object({ kind: z.literal("resize"), ...size }),
  z.object({ kind: z.literal("close") }),
]);
export type TerminalAction = z.infer<typeof terminalActionSchema>;

/**
 * "none": nobody has opened it, or its sandbox is not awake. `offset` is where `data` (base64) begins in the terminal's whole
 * output: who reads after `offset` + its length misses nothing and gets nothing twice.
 */
export const terminalOutputSchema = z.object({
  state: z.enum(["none", "open", "ended"]),
  /** changes with each new shell, whose output begins at 0 again */
  shell: z.string().max(64),
  offset: z.number().int().nonnegative(),
  data: z.base64(),
  exitCode: z.number().int().nullable(),
});
export type TerminalOutput = z.infer<typeof terminalOutputSchema>;
