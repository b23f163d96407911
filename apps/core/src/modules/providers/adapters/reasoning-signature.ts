const kinds = ["thinking", "redacted", "item", "call", "details"] as const;

/**
 * A signed thought is valid only for the provider and model that signed it, so both travel with the signature.
 * A thought that was redacted has no text, and OpenAI seals a whole item: that content takes the signature's place. What a
 * server of the chat family hangs on a call (`extra_content`: Gemini's signature of the thought behind it) is a thought
 * without text that stands right before the call; a gateway's `reasoning_details` are one at the end of the message.
 */
interface SignedThought {
  readonly provider: string;
  readonly model: string;
  readonly kind: (typeof kinds)[number];
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
    const [, , named, value] = parsed;
    const kind = kinds.find((one) => one === named);
    return kind === undefined || typeof value !== "string" ? null : { kind, value };
  } catch {
    return null;
  }
}
