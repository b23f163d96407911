import { z } from "zod";

export const providerKinds = ["anthropic", "openai", "openai-compatible"] as const;
export const providerKindSchema = z.enum(providerKinds);
export type ProviderKind = z.infer<typeof providerKindSchema>;

/** Something besides the key that a provider's address or signature needs. */
export interface ProviderField {
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
  /** taken when nothing is entered; null when something must be */
  readonly fallback: string | null;
  /** a regular expression for the whole value */
  readonly pattern: string;
}

/** `<provider>/<model>`, e.g. `anthropic/claude-sonnet-4-5`; `demo` is the guided stand-in. */
export const modelIdSchema = z.string().min(1).max(200);

/** What a model can; null when nobody has said it. */
export const modelAbilitiesSchema = z.object({
  tools: z.boolean().nullable(),
  images: z.boolean().nullable(),
  reasoning: z.boolean().nullable(),
  structuredOutput: z.boolean().nullable(),
});
export type ModelAbilities = z.infer<typeof modelAbilitiesSchema>;

export const modelPriceSchema = z.object({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() });

export const modelInfoSchema = z.object({
  id: modelIdSchema,
  name: z.string(),
  provider: z.string(),
  /** where the right to call it comes from */
  source: z.enum(["workspace", "platform", "local", "demo"]),
  contextTokens: z.number().int().nullable(),
  maxOutputTokens: z.number().int().nullable(),
  /** micro-dollars a million tokens; null when unknown */
  price: modelPriceSchema.nullable(),
  abilities: modelAbilitiesSchema,
  /** the provider's name for people */
  providerName: z.string(),
  /** described by this workspace */
  isCustom: z.boolean(),
});
export type ModelInfo = z.infer<typeof modelInfoSchema>;

export const providerKeySchema = z.object({
  id: z.string(),
  /** the catalogue's id of the provider: anthropic, bedrock, openai-compatible, … */
  provider: z.string(),
  label: z.string(),
  hint: z.string(),
  baseUrl: z.string().nullable(),
  fields: z.record(z.string(), z.string()),
  status: z.enum(["untested", "valid", "invalid"]),
  lastTestedAt: z.date().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.date(),
});
export type ProviderKeyView = z.infer<typeof providerKeySchema>;

const keyText = z
  .string()
  .trim()
  .max(8_000, "That is longer than any provider's key.")
  // A service account's key is a JSON document.
  .refine((key) => key.startsWith("{") || key.length <= 500, "That is longer than any provider's key.")
  .refine((key) => key.startsWith("{") || /^[\x21-\x7e]*$/.test(key), "A key has no spaces or special characters. Copy it again.");

/** A key as it is entered. Its label becomes the prefix of a compatible server's model ids. */
export const addKeySchema = z
  .object({
    provider: z.string().min(1).max(40),
    label: z.string().trim().min(1, "Give the key a name.").max(40),
    key: keyText,
    /** what the provider needs besides: region, resource, … */
    fields: z.record(z.string().max(40), z.string().trim().max(200)).optional(),
    baseUrl: z
      .url({ protocol: /^https?$/, error: "Give the server's address, e.g. https://models.example.com/v1." })
      .max(500)
      .refine((url) => !/^https?:\/\/[^/]*@/i.test(url), "Leave user and password out of the address; the key has its own field.")
      .optional(),
  })
  .refine((input) => input.provider !== "openai-compatible" || input.baseUrl !== undefined, {
    path: ["baseUrl"],
    error: "A compatible server needs its address, e.g. https://models.example.com/v1.",
  });
export type AddKeyInput = z.infer<typeof addKeySchema>;

/** A provider as the settings page offers it. */
export interface ProviderView {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly fields: readonly ProviderField[];
  readonly key: "token" | "json" | "none";
  /** the address it is called at without another one; "" when one has to be entered, with `{field}`s in it */
  readonly baseUrl: string | null;
  readonly keyEnv: readonly string[];
  readonly docsUrl: string;
  readonly modelCount: number;
  /** brought by the operator of this installation */
  readonly onPlatform: boolean;
}

/** `anthropic/*`, `*`, `openai/gpt-6-sol`: a star stands for anything. */
export const modelPatternSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\s]+$/, "A pattern has no spaces.");

/** Who may use the models of a pattern. */
export const modelRuleSchema = z.object({
  pattern: modelPatternSchema,
  who: z.union([z.literal("everyone"), z.literal("admins"), z.object({ userIds: z.array(z.string().max(60)).min(1).max(100) })]),
});
export type ModelRule = z.infer<typeof modelRuleSchema>;

/** Who stands in, in this order, while `model` (or every model: `*`) can't be called. */
export const modelChainSchema = z.object({
  model: modelIdSchema,
  fallbacks: z.array(modelIdSchema).min(1).max(8),
});
export type ModelChain = z.infer<typeof modelChainSchema>;

export const unknownPriceSchema = z.enum(["refuse", "count-zero"]);

export const modelSettingsSchema = z.object({
  /** empty: everybody may use everything */
  rules: z.array(modelRuleSchema).max(100),
  chains: z
    .array(modelChainSchema)
    .max(100)
    .refine((chains) => new Set(chains.map((chain) => chain.model)).size === chains.length, "A model has one chain only."),
  /** what happens to a call whose price nobody knows */
  unknownPrice: unknownPriceSchema,
  /** model calls of the workspace at the same time; null means as many as there are */
  maxConcurrentCalls: z.number().int().min(1).max(1_000).nullable(),
});
export type ModelSettings = z.infer<typeof modelSettingsSchema>;

/** A model as a workspace describes it: a new one, or its own words about a known one. */
export const customModelSchema = z.object({
  modelId: modelIdSchema.regex(/^[^\s/]+\/\S+$/, "A model's id is <provider>/<model>, e.g. team-box/qwen3."),
  label: z.string().trim().min(1, "Give the model a name.").max(80),
  contextTokens: z.number().int().min(1_000).max(100_000_000).nullable(),
  maxOutputTokens: z.number().int().min(1).max(10_000_000).nullable(),
  price: z
    .object({
      input: z.number().min(0).max(2_000_000_000),
      output: z.number().min(0).max(2_000_000_000),
      cacheRead: z.number().min(0).max(2_000_000_000),
      cacheWrite: z.number().min(0).max(2_000_000_000),
    })
    .nullable(),
  abilities: modelAbilitiesSchema,
});
export type CustomModel = z.infer<typeof customModelSchema>;
export interface CustomModelView extends CustomModel {
  readonly id: string;
}

/** How a source has fared lately. */
export interface CircuitView {
  readonly provider: string;
  readonly source: string;
  readonly failures: number;
  readonly lastCode: string | null;
  /** left alone until then */
  readonly openUntil: Date | null;
}

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

/** What a call that came to nothing has cost all the same: its question, and what it had answered when it broke off. */
export interface LostUsage {
  readonly usage: ModelUsage;
  readonly costMicros: number;
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
      /** what the failed call has cost; it stands in the ledger */
      readonly lost?: LostUsage;
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
      /** what was set aside for the call; whoever records its usage settles it */
      readonly reservationId?: string;
      /** the name of its entry in the ledger, where its origin gave one */
      readonly usageId?: string;
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
  /** what the call has cost before it failed; it stands in the ledger */
  readonly lost?: LostUsage;
}
