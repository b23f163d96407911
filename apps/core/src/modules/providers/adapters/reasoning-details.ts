import { z } from "zod";

const detailSchema = z.looseObject({
  type: z.string(),
  index: z.number().optional(),
  text: z.string().optional(),
  summary: z.string().optional(),
});
type Detail = z.infer<typeof detailSchema>;

/**
 * Thoughts as gateways (OpenRouter, Vercel) stream them, in `reasoning_details`: pieces of one thought, told by type and index,
 * are one entry. They want them back as a whole, signed or sealed, before the calls that came of them.
 */
export function addDetails(before: readonly Detail[], streamed: unknown): readonly Detail[] {
  const parsed = z.array(detailSchema).safeParse(streamed);
  if (!parsed.success || parsed.data.length === 0) return before;
  const known = [...before];
  for (const piece of parsed.data) {
    const last = known.at(-1);
    const goesOn = last && last.type === piece.type && last.index === piece.index && (piece.text ?? piece.summary) !== undefined;
    if (goesOn) known.splice(-1, 1, joined(last, piece));
    else known.push(piece);
  }
  return known;
}

function joined(before: Detail, piece: Detail): Detail {
  return {
    ...before,
    ...piece,
    ...(piece.text === undefined ? {} : { text: `${before.text ?? ""}${piece.text}` }),
    ...(piece.summary === undefined ? {} : { summary: `${before.summary ?? ""}${piece.summary}` }),
  };
}
