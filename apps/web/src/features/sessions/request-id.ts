/** An id under which a request may be sent twice and is done once. `randomUUID` is there only on secure pages. */
export function requestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
