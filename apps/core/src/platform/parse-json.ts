/** What a text says as JSON; null when it is none. For texts of others, to be read by a schema. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
