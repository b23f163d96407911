import type { ProviderField, ProviderKind } from "../contract.ts";
import type { CatalogueModel } from "./catalogue-model.ts";

/** In what a server differs from the others of its wire family. */
export interface Quirks {
  /** the name of the limit of an answer; `max_tokens` when not set */
  readonly maxTokensField?: "max_completion_tokens";
  /** knows no `tool_choice` */
  readonly toolChoice?: false;
  /** refuses tools that are there while the answer has a schema */
  readonly schemaWithTools?: false;
  /** refuses `stream_options` */
  readonly streamUsage?: false;
  /** takes its model's thoughts back in this field, and answers better with them */
  readonly thoughtsField?: "reasoning_content" | "reasoning";
  /** takes `reasoning_effort` */
  readonly effort?: true;
  /** instructions stand in a message of the user: the server knows no system role */
  readonly systemRole?: "user" | "developer";
  /** call ids of exactly nine letters and digits */
  readonly shortCallIds?: true;
  /** refuses a call without the thought's signature: what stands in for it where another model made the call, and for whom it need not */
  readonly unsignedCalls?: { readonly extraContent: Readonly<Record<string, unknown>>; readonly notFor: string };
  /** what its list puts before the names that its calls go by */
  readonly listPrefix?: string;
  /** an assistant's message must have a text, be it empty */
  readonly assistantText?: true;
}

/** A provider as the catalogue knows it. Data only: code branches on what stands here, never on an id. */
export interface ProviderEntry {
  readonly id: string;
  readonly name: string;
  /** the wire family */
  readonly kind: ProviderKind;
  /** how a call of the family reaches this provider, where it is not the family's own way */
  readonly transport?: "bedrock" | "vertex" | "foundry" | "azure";
  /** `{name}` stands for a field; null for the SDK's own address, "" for one that has to be entered */
  readonly baseUrl: string | null;
  readonly fields: readonly ProviderField[];
  /** what the key looks like; "none" for servers that may ask for none */
  readonly key: "token" | "json" | "none";
  /** names that the key goes by in other programs, the operator's variable first */
  readonly keyEnv: readonly string[];
  readonly docsUrl: string;
  /** has a list of models that a key is tested with and the picker is filled from */
  readonly lists: boolean;
  readonly models: readonly CatalogueModel[];
  readonly quirks: Quirks;
}
