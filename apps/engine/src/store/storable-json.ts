/** A NUL or half of a surrogate pair as JSON.stringify escapes it; an even number of backslashes before it is text. */
const unstorable = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/**
 * JSON of rows that Postgres can take: its text holds neither NUL nor lone surrogates, so these become U+FFFD. Documents
 * of SDKs and senders are JSON text inside the rows, in which both stay as they are, escaped once more.
 */
export function storableJson(rows: readonly unknown[]): string {
  const text = JSON.stringify(rows);
  return text.includes("\\u0000") || text.includes("\\ud") ? text.replace(unstorable, "$1\ufffd") : text;
}
