export type { ModelSource } from "./model-source.ts";
export { callModel } from "./stream-model.ts";
