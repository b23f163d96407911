export { callModel } from "./call-model.ts";
export type { ModelSource } from "./model-source.ts";
