/** The beginning of a body, and whether that is all of it; whoever sends more than it may gets no more of our memory. */
export async function readText(response: Response, maxBytes: number): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const decoder = new TextDecoder();
  let [text, leftBytes] = ["", maxBytes];
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk.subarray(0, leftBytes), { stream: true });
    leftBytes -= chunk.byteLength;
    // To leave the loop is to cancel the body.
    if (leftBytes < 0) return { text, isWhole: false };
  }
  return { text: text + decoder.decode(), isWhole: true };
}
