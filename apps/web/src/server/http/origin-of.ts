import { env } from "@opencode/core/platform/env.ts";

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}

/**
 * Whether a page of our own sent this request: "same-origin", "cross-origin", or "unknown" when it carries no sign of
 * a browser at all (browsers put Origin on everything that changes something).
 */
export function originOf(headers: Headers): "same-origin" | "cross-origin" | "unknown" {
  const origin = headers.get("origin");
  if (origin !== null) {
    const host = hostOf(origin);
    return host !== null && (host === headers.get("host") || host === new URL(env().PUBLIC_URL).host) ? "same-origin" : "cross-origin";
  }
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" ? "same-origin" : "cross-origin";
  return "unknown";
}
