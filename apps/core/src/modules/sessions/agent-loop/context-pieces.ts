import { createHash } from "node:crypto";
import { z } from "zod";

/** One piece of what a model is told before the conversation, with enough to find out later what it was. */
export interface ContextPiece {
  /** who gave it: system-prompt, instructions; later memory, skills */
  readonly source: string;
  /** what it is: a prompt's version, a file's path, a memory's id */
  readonly id: string;
  readonly text: string;
  /** true when the budget cut it */
  readonly truncated: boolean;
}

/** Gives pieces within a budget of bytes. */
export interface ContextProvider<Input> {
  readonly source: string;
  readonly budgetBytes: number;
  provide(input: Input, budgetBytes: number): Promise<readonly ContextPiece[]>;
}

/** What a turn was given, as its row keeps it; `system` is the very text that was sent. */
export const contextRecordSchema = z.object({
  system: z.string(),
  pieces: z.array(z.object({ source: z.string(), id: z.string(), bytes: z.number(), sha256: z.string(), truncated: z.boolean() })),
  tools: z.array(z.object({ name: z.string(), sha256: z.string() })),
  history: z.object({ messages: z.number(), parts: z.number() }),
  /** how the agent wants its model to be called */
  options: z.object({ temperature: z.number().optional(), topP: z.number().optional() }).default({}),
  /** how the project wants its conversations to be shortened; null: as it is usual */
  compaction: z
    .object({ auto: z.boolean(), prune: z.boolean(), tailTurns: z.number(), reserved: z.number().optional() })
    .nullable()
    .default(null),
});
export type ContextRecord = z.infer<typeof contextRecordSchema>;

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Asks each provider in turn for its pieces. */
export async function gatherPieces<Input>(providers: readonly ContextProvider<Input>[], input: Input): Promise<ContextPiece[]> {
  const pieces: ContextPiece[] = [];
  for (const provider of providers) pieces.push(...(await provider.provide(input, provider.budgetBytes)));
  return pieces;
}

/** The text that is sent, and the record of what it was made of. */
export function assembleContext(pieces: readonly ContextPiece[]): Pick<ContextRecord, "system" | "pieces"> {
  return {
    system: pieces.map((piece) => piece.text).join("\n\n"),
    pieces: pieces.map(({ source, id, text, truncated }) => ({
      source,
      id,
      bytes: Buffer.byteLength(text),
      sha256: sha256(text),
      truncated,
    })),
  };
}
