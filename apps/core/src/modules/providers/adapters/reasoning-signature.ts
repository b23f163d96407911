/**
 * A signed thought is valid only for the provider and model that signed it, so both travel with the signature.
 * A thought that was redacted has no text, and OpenAI seals a whole item: that content takes the signature's place.
 */
interface SignedThought {
  readonly provider: string;
  readonly model: string;
  readonly kind: "thinking" | "redacted" | "item";
  readonly value: string;
}

export function packSignature({ provider, model, kind, value }: SignedThought): string {
  return JSON.stringify([provider, model, kind, value]);
}

/** The sealed value when this provider and model may be shown it again, else null. */
export function unpackSignature(packed: string | null, provider: string, model: string): Pick<SignedThought, "kind" | "value"> | null {
  if (packed === null) return null;
  try {
    const parsed: unknown = JSON.parse(packed);
    if (!Array.isArray(parsed) || parsed[0] !== provider || parsed[1] !== model) return null;
    const [, , kind, value] = parsed;
    if ((kind !== "thinking" && kind !== "redacted" && kind !== "item") || typeof value !== "string") return null;
    return { kind, value };
  } catch {
    return null;
  }
}
