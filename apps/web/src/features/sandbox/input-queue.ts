/** Bytes to be sent one request after the other, so that they arrive in order; what gathers meanwhile goes with the next. */
export function inputQueue(send: (bytes: Uint8Array) => Promise<void>, maxBytes: number): (bytes: Uint8Array) => void {
  let waiting: number[] = [];
  let sending = false;
  const drain = async () => {
    sending = true;
    while (waiting.length > 0) {
      const part = Uint8Array.from(waiting.slice(0, maxBytes));
      waiting = waiting.slice(maxBytes);
      try {
        await send(part);
      } catch {
        waiting = []; // what came after lost input would mean something else
      }
    }
    sending = false;
  };
  return (bytes) => {
    for (const byte of bytes) waiting.push(byte);
    if (!sending) void drain();
  };
}
