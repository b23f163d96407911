const escaped = /^%[0-9a-f]{2}$/i;

/** As curl reads what stands in an address: any bytes, and a "%" that begins no escape stands for itself. */
export function percentDecode(text: string): Buffer {
  const pieces = text.split(/(%[0-9a-f]{2})/i);
  return Buffer.concat(pieces.map((piece) => (escaped.test(piece) ? Buffer.from(piece.slice(1), "hex") : Buffer.from(piece))));
}
