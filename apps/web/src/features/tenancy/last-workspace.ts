export const lastWorkspaceCookie = "last-workspace";

const yearSeconds = 31_536_000;

/** Remembers for a year which workspace the address `/` opens. */
export function rememberWorkspace(slug: string): void {
  write(encodeURIComponent(slug), yearSeconds);
}

/** It is not one's own any more. */
export function forgetWorkspace(): void {
  write("", 0);
}

function write(value: string, maxAgeSeconds: number): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${lastWorkspaceCookie}=${value}; path=/; max-age=${maxAgeSeconds}; samesite=lax`;
}
