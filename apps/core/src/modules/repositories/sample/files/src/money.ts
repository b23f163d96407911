/** An amount of money in whole cents. Floating-point amounts never enter this program. */
export type Cents = number;

/** "EUR 1,234.50"; a minus sign stands before the currency. */
export function formatMoney(cents: Cents, currency = "EUR"): string {
  const sign = cents < 0 ? "-" : "";
  const whole = Math.trunc(Math.abs(cents) / 100).toString();
  const fraction = (Math.abs(cents) % 100).toString().padStart(2, "0");
  return `${sign}${currency} ${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
}

/** Reads "1,234.50", "1234.5" or "-7" as cents; throws a RangeError for anything else. */
export function parseMoney(text: string): Cents {
  const match = /^(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!match) throw new RangeError(`not an amount: "${text}"`);
  const [, sign, whole = "0", fraction = ""] = match;
  const cents = Number(whole.replaceAll(",", "")) * 100 + Number(fraction.padEnd(2, "0"));
  return sign === "-" ? -cents : cents;
}

/** Splits an amount into parts that differ by one cent at most, the larger ones first. */
export function splitEvenly(total: Cents, parts: number): Cents[] {
  if (!Number.isInteger(parts) || parts < 1) throw new RangeError(`can't split into ${parts} parts`);
  const share = Math.floor(total / parts);
  return Array.from({ length: parts }, () => share);
}
