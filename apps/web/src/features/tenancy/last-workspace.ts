export const lastWorkspaceCookie = "last-workspace";

/** Remembers for a year which workspace the address `/` opens. */
export function rememberWorkspace(slug: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${lastWorkspaceCookie}=${encodeURIComponent(slug)}; path=/; max-age=31536000; samesite=lax`;
}
