import type { ModelAbilities, ModelEvent, ModelRequest, ModelUsage } from "../contract.ts";
import type { ModelSource } from "../model-source.ts";

/** What has come of a call so far: what it has cost should it break off. */
export interface CallMeter {
  /** as the provider reported it, if it has */
  usage: ModelUsage | null;
  /** characters of the answer: text, thoughts and the arguments of calls */
  outputChars: number;
}

/** What an adapter gets for one call. */
export interface ModelCall {
  readonly source: ModelSource;
  /** the model as its provider calls it */
  readonly name: string;
  readonly request: ModelRequest;
  readonly abilities: ModelAbilities;
  readonly signal: AbortSignal;
  /** to be called for every sign of life on the wire, also those that make no event */
  readonly touch: () => void;
  readonly meter: CallMeter;
}

type Finish = Extract<ModelEvent, { type: "finish" }>;

/** An adapter's events: the vocabulary of the contract; the cost is reckoned by the caller. */
export type WireEvent = Exclude<ModelEvent, { type: "finish" }> | Omit<Finish, "costMicros">;

/** Opens one call on the wire and translates it. Throws `WireFault`; makes no second attempt. */
export type Adapter = (call: ModelCall) => AsyncGenerator<WireEvent>;
