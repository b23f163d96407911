/**
 * The first formatter, from before there was src/money.ts. It prints what formatMoney prints and stays only
 * until nobody imports it.
 */
export function formatAmount(cents: number): string {
  let text = String(Math.abs(cents));
  while (text.length < 3) text = "0" + text;
  let result = "." + text.slice(-2);
  let rest = text.slice(0, -2);
  while (rest.length > 3) {
    result = "," + rest.slice(-3) + result;
    rest = rest.slice(0, -3);
  }
  return (cents < 0 ? "-" : "") + "EUR " + rest + result;
}
