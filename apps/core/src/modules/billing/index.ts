export type { UsageRecord } from "./contract.ts";
export { recordUsage } from "./record-usage.ts";
