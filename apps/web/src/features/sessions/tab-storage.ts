// A browser may refuse storage (private windows, quota): what is kept then lives as long as the page.

/** A text that this tab keeps over a reload; "" when there is none. */
export function readTab(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** Keeps a text over a reload of this tab; "" removes it. */
export function writeTab(key: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    return;
  }
}

/** Removes all that this tab keeps. */
export function clearTab(): void {
  try {
    sessionStorage.clear();
  } catch {
    return;
  }
}
