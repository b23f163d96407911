import type { CustomModel, ModelInfo, ProviderKind } from "./contract.ts";

/** Where models can be called, and with what right. Holds the key: never log one, never send one to a browser. */
export interface ModelSource {
  /** the part of a model's id before the first slash */
  readonly provider: string;
  readonly kind: ProviderKind;
  readonly source: Exclude<ModelInfo["source"], "demo">;
  /** "" for servers that ask for none */
  readonly apiKey: string;
  /** null means the provider's own address */
  readonly baseUrl: string | null;
  /** the workspace's key; null for the platform's */
  readonly keyId: string | null;
  /** what the provider needs besides the key: region, resource, … */
  readonly fields?: Readonly<Record<string, string>>;
  /** addresses inside our own network are refused on every call */
  readonly publicOnly: boolean;
}

/** The source and the name by which its provider knows the model. */
export interface ResolvedModel {
  readonly info: ModelInfo;
  readonly name: string;
  readonly source: ModelSource | null;
  /** what the workspace itself says about the model */
  readonly custom?: CustomModel;
}
