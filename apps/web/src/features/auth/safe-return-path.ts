/** Where to go after signing in: only a path of this very site, else the entry. */
export function safeReturnPath(wish: string | string[] | undefined): string {
  if (typeof wish !== "string") return "/";
  try {
    const url = new URL(wish, "http://site.invalid");
    const isPath = wish.startsWith("/") && url.origin === "http://site.invalid";
    return isPath ? url.pathname + url.search + url.hash : "/";
  } catch {
    return "/";
  }
}
