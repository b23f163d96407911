export { guidedTasks } from "./demo/guided-tasks.ts";
export { listModels } from "./list-models.ts";
export type { ResolvedModel } from "./model-source.ts";
export { platformModelProviders } from "./platform-models.ts";
export { priceOf } from "./price-of.ts";
export { ProviderError } from "./provider-error.ts";
export { resolveModel } from "./resolve-model.ts";
export { providersRouter } from "./router.ts";
export { streamModel } from "./stream-model.ts";
