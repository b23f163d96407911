import { isJsonObject, type Json } from "./json.ts";

/**
 * JSON with the keys of every object in order and no white space (RFC 8785). The SDK checks a signature against this
 * form of what it parsed, so what is signed has to be sent in it.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  // The default order of sort() is by UTF-16 code units, as the standard wants it.
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`).join(",")}}`;
}
