import { z } from "zod";

export const providerKinds = ["anthropic", "openai", "openai-compatible"] as const;
export const providerKindSchema = z.enum(providerKinds);
export type ProviderKind = z.infer<typeof providerKindSchema>;

/** `<provider>/<model>`, e.g. `anthropic/claude-sonnet-4-5`; `demo` is the guided stand-in. */
export const modelIdSchema = z.string().min(1).max(200);

export const modelInfoSchema = z.object({
  id: modelIdSchema,
  name: z.string(),
  provider: z.string(),
  /** where the right to call it comes from */
  source: z.enum(["workspace", "platform", "local", "demo"]),
  contextTokens: z.number().int().nullable(),
  maxOutputTokens: z.number().int().nullable(),
  /** micro-dollars a million tokens; null when unknown */
  price: z.object({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() }).nullable(),
});
export type ModelInfo = z.infer<typeof modelInfoSchema>;

export const providerKeySchema = z.object({
  id: z.string(),
  provider: providerKindSchema,
  label: z.string(),
  hint: z.string(),
  baseUrl: z.string().nullable(),
  status: z.enum(["untested", "valid", "invalid"]),
  lastTestedAt: z.date().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.date(),
});
export type ProviderKeyView = z.infer<typeof providerKeySchema>;

const keyText = z
  .string()
  .trim()
  .max(500, "That is longer than any provider's key.")
  .regex(/^[\x21-\x7e]*$/, "A key has no spaces or special characters. Copy it again.");

/** A key as it is entered. Its label becomes the prefix of a compatible server's model ids. */
export const addKeySchema = z
  .object({
    provider: providerKindSchema,
    label: z.string().trim().min(1, "Give the key a name.").max(40),
    key: keyText,
    baseUrl: z
      .url({ protocol: /^https?$/, error: "Give the server's address, e.g. https://models.example.com/v1." })
      .max(500)
      .refine((url) => !/^https?:\/\/[^/]*@/i.test(url), "Leave user and password out of the address; the key has its own field.")
      .optional(),
  })
  .refine((input) => input.provider === "openai-compatible" || input.key.length > 0, { path: ["key"], error: "Enter the key." })
  .refine((input) => input.provider !== "openai-compatible" || input.baseUrl !== undefined, {
    path: ["baseUrl"],
    error: "A compatible server needs its address, e.g. https://models.example.com/v1.",
  });
export type AddKeyInput = z.infer<typeof addKeySchema>;

/** What the picker shows: every model that the workspace can call, and the one that is taken when none is named. */
export interface ModelList {
  readonly models: readonly ModelInfo[];
  readonly defaultModel: string | null;
  /** true when nothing but the guided stand-in can be called */
  readonly demoOnly: boolean;
}

/** A task that the demo model can play on the sample repository; recognised by its prompt. */
export interface GuidedTask {
  readonly id: string;
  readonly title: string;
  readonly prompt: string;
}

/** A tool as a model is told of it; `inputSchema` is JSON Schema (draft 2020-12). */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** A picture as a model is shown it. */
export const imageMimes = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;
export const modelImageSchema = z.object({
  mime: z.enum(imageMimes),
  /** base64, without a `data:` prefix */
  data: z.string().min(1),
});
export type ModelImage = z.infer<typeof modelImageSchema>;

/** A model that can't see is told in a sentence that there was a picture. */
export type ModelContent =
  | { readonly type: "text"; readonly text: string }
  /** in messages of the user only */
  | ({ readonly type: "image" } & ModelImage)
  | { readonly type: "reasoning"; readonly text: string; readonly signature: string | null }
  | { readonly type: "tool-call"; readonly callId: string; readonly name: string; readonly input: unknown }
  | {
      readonly type: "tool-result";
      readonly callId: string;
      readonly name: string;
      readonly output: string;
      readonly isError: boolean;
      /** what the tool has seen, after its output's text */
      readonly images?: readonly ModelImage[];
    };

/** `tool-result`s stand in the `user` message right after the `assistant` message that has their calls. */
export interface ModelMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly ModelContent[];
}

/** How hard a model thinks, where it can be told. */
export const reasoningEfforts = ["none", "minimal", "low", "medium", "high", "max"] as const;
export const reasoningEffortSchema = z.enum(reasoningEfforts);
export type ReasoningEffort = z.infer<typeof reasoningEffortSchema>;

export interface ModelRequest {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  readonly maxOutputTokens?: number;
  /** left out where the model takes none (those that reason by themselves) */
  readonly temperature?: number;
  readonly topP?: number;
  readonly reasoningEffort?: ReasoningEffort;
  /** the tool that must be called; "any" for one of them; where a server knows no choice it is left out */
  readonly toolChoice?: "auto" | "any" | "none" | { readonly name: string };
  /** the answer's text is to be JSON of this schema; enforced where the provider can, else asked for in words */
  readonly responseSchema?: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
}

export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
}

/** What a provider streams, in one vocabulary. `finish` is the last one of a call that went well. */
export type ModelEvent =
  | { readonly type: "text-delta"; readonly text: string }
  /** Another model goes on in place of the one that failed: everything that this call has said so far is void. */
  | {
      readonly type: "switched";
      readonly from: string;
      readonly to: string;
      readonly code: string;
      /** why, a sentence for people */
      readonly message: string;
    }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | { readonly type: "reasoning-end"; readonly signature: string | null }
  | { readonly type: "tool-call-start"; readonly callId: string; readonly name: string }
  /** `input` is parsed JSON; when the model wrote none, `invalidInput` holds its text */
  | {
      readonly type: "tool-call";
      readonly callId: string;
      readonly name: string;
      readonly input: unknown;
      readonly invalidInput: string | null;
    }
  | {
      readonly type: "finish";
      readonly reason: "stop" | "tool-calls" | "length" | "refusal" | "other";
      readonly usage: ModelUsage;
      readonly costMicros: number;
      readonly responseModel: string;
      /** the id of the model that answered; another one than was asked for after a switch */
      readonly modelId?: string;
      /** false when nobody knows what the model costs: then `costMicros` is 0 */
      readonly priceKnown?: boolean;
      /** true when the server reported no usage and the counts were estimated from the text */
      readonly usageEstimated?: boolean;
    };

/** Why a model call failed, and whether the same call may succeed later. */
export interface ProviderFailure {
  readonly code: string;
  readonly status: number | null;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** a sentence for people, without the key */
  readonly message: string;
  readonly settingsPath: string | null;
}
