/** What a character is to a tokenizer. */
const [letter, capital, digit, space, sign] = [1, 2, 3, 4, 5];
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/.test(character)) return letter;
  if (/[A-Z]/.test(character)) return capital;
  if (/\d/.test(character)) return digit;
  return /\s/.test(character) ? space : sign;
});

// Fitted to OpenAI's o200k over code, prose, JSON, lock files, logs, diffs and hashes; Anthropic's have counts of the same order.
const wholeWordChars = 9;
const [restOfWord, capitals, blanks, signRun, signMore] = [1 / 1.94, 1 / 11, 1.68, 0.62, 0.33];
const [ideograph, otherLetter] = [0.62, 0.27];
const firstIdeograph = 0x2e80;

/**
 * About how many tokens a text has, without a tokenizer's tables (they weigh 70 MB and fit one provider): by its words, numbers,
 * signs and gaps, each of which tokenizers take apart in much the same way. Within 13 % for all of
 * those, within 31 % for base64; about 40 ms a million characters.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  const end = text.length;
  for (let at = 0; at < end; ) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? kinds[code] : 0;
    const start = at;
    at += 1;
    switch (kind) {
      case letter:
      case capital: {
        if (kind === capital) while (at < end && kinds[text.charCodeAt(at)] === capital) at += 1;
        const upper = kind === capital ? at - start : 0;
        while (at < end && kinds[text.charCodeAt(at)] === letter) at += 1;
        const chars = at - start;
        tokens += 1 + (chars > wholeWordChars ? (chars - wholeWordChars) * restOfWord : 0) + (upper > 3 ? (upper - 3) * capitals : 0);
        break;
      }
      case digit:
        while (at < end && kinds[text.charCodeAt(at)] === digit) at += 1;
        tokens += Math.ceil((at - start) / 3);
        break;
      case space:
        while (at < end && kinds[text.charCodeAt(at)] === space) at += 1;
        // One blank belongs to the word after it.
        if (at - start > 1 || code !== 32) tokens += blanks;
        break;
      case sign:
        while (at < end && kinds[text.charCodeAt(at)] === sign) at += 1;
        tokens += signRun + (at - start - 1) * signMore;
        break;
      default:
        tokens += code >= firstIdeograph ? ideograph : otherLetter;
    }
  }
  return Math.ceil(tokens);
}
