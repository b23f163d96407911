const isTerminal = process.stderr.isTTY === true && !process.env.NO_COLOR;
const paint = (code: number, text: string) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);

/** What a person reads on the console; on stderr, so that stdout stays a command's result. */
export const say = {
  step: (text: string) => process.stderr.write(`${paint(36, "•")} ${text}\n`),
  done: (text: string) => process.stderr.write(`${paint(32, "✓")} ${text}\n`),
  warn: (text: string) => process.stderr.write(`${paint(33, "!")} ${text}\n`),
  fail: (text: string) => process.stderr.write(`${paint(31, "✗")} ${text}\n`),
  plain: (text: string) => process.stderr.write(`${text}\n`),
  bold: (text: string) => paint(1, text),
};
