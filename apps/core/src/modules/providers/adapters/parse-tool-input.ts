/** A tool call's arguments as they were streamed. Nothing at all means no arguments; text that is no JSON is kept as it is. */
export function parseToolInput(json: string, initial: unknown = {}): { input: unknown; invalidInput: string | null } {
  if (json.trim() === "") return { input: initial ?? {}, invalidInput: null };
  try {
    return { input: JSON.parse(json), invalidInput: null };
  } catch {
    return { input: null, invalidInput: json };
  }
}
