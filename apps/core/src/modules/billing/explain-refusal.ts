import type { Budget, Counter } from "./budget-repo.ts";

const periods = { day: "today's budget", month: "this month's budget", total: "the budget" } as const;
const scopes = { workspace: "of the workspace", member: "of the member", session: "of this session" } as const;

/** Micro-dollars for people: `$12.50`; small amounts keep their digits. */
function money(micros: bigint | number): string {
  const dollars = Number(micros) / 1_000_000;
  return `$${dollars >= 0.01 || dollars === 0 ? dollars.toFixed(2) : dollars.toPrecision(1)}`;
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? "an owner of the workspace";
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${last}` : last;
}

/** Why a call was not made, for people: which budget, how it stands, who can raise it and where. */
export function explainRefusal(
  full: { readonly budget: Budget; readonly counter: Counter | undefined } | undefined,
  amountMicros: number,
  adminNames: readonly string[],
): string {
  const wayOut = `${list(adminNames)} can raise it in Settings → Usage.`;
  if (!full) return `A budget does not allow this call. ${wayOut}`;
  const { budget, counter } = full;
  const spent = counter?.spentMicros ?? 0n;
  const reserved = counter?.reservedMicros ?? 0n;
  const which = `${periods[budget.period]} ${scopes[budget.scope]}`;
  const state = `${money(spent)} of ${money(budget.limitMicros)} are spent${reserved > 0n ? `, ${money(reserved)} set aside for calls under way` : ""}`;
  if (spent >= budget.limitMicros) return `The call was not made: ${which} is used up (${state}). ${wayOut}`;
  return `The call was not made: it may cost up to ${money(amountMicros)}, and ${which} does not hold that any more (${state}). ${wayOut}`;
}
