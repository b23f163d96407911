/** Micro-dollars for people: 0 → "$0.00", 3,400 → "<$0.01", 1,234,000 → "$1.23". */
export function formatCost(costMicros: number): string {
  if (costMicros > 0 && costMicros < 10_000) return "<$0.01";
  return `$${(costMicros / 1_000_000).toFixed(2)}`;
}
