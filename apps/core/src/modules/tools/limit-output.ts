import { limits } from "../../platform/limits.ts";
import type { ToolContext } from "./tool.ts";

const { maxOutputLines, maxOutputBytes } = limits.tool;

export interface LimitedOutput {
  readonly text: string;
  readonly truncated: boolean;
  /** where the whole stands, inside the sandbox */
  readonly outputFile: string | null;
}

/**
 * Output as the model gets it: whole up to 2,000 lines and 50 KB; beyond, its head and tail, and the path of a file in
 * the sandbox that holds all of it. `alreadyCut` says that the sandbox kept the whole at `outputFile` and cut `text`.
 */
export async function limitOutput(
  context: Pick<ToolContext, "sandbox" | "callId">,
  text: string,
  cut: { outputFile: string | null; alreadyCut: boolean } = { outputFile: null, alreadyCut: false },
): Promise<LimitedOutput> {
  const short = headAndTail(text);
  if (short === null) {
    return {
      text: cut.alreadyCut ? `${text}\n${whereWhole(cut.outputFile)}` : text,
      truncated: cut.alreadyCut,
      outputFile: cut.outputFile,
    };
  }
  let { outputFile } = cut;
  if (outputFile === null && !cut.alreadyCut) {
    outputFile = `.opencode/output/${context.callId.replace(/[^\w-]/g, "_")}.txt`;
    await context.sandbox.writeFile(`${context.callId}-output`, outputFile, text);
  }
  return { text: `${short}\n${whereWhole(outputFile)}`, truncated: true, outputFile };
}

function whereWhole(outputFile: string | null): string {
  return outputFile === null
    ? "(The output was too long; only its beginning and end are shown.)"
    : `(The output was too long. All of it stands in ${outputFile}: use grep, or read with offset and limit, on that file.)`;
}

/** Null when the text is within the limits. */
function headAndTail(text: string): string | null {
  const lines = text.split("\n");
  if (lines.length <= maxOutputLines && Buffer.byteLength(text) <= maxOutputBytes) return null;
  const head = takeWithin(lines.slice(0, maxOutputLines / 2), maxOutputBytes / 2, false);
  const tail = takeWithin(lines.slice(Math.max(head.length, lines.length - maxOutputLines / 2)), maxOutputBytes / 2, true);
  const omitted = lines.length - head.length - tail.length;
  return [...head, `… ${omitted > 0 ? `${omitted} lines` : "text"} left out …`, ...tail].join("\n");
}

function takeWithin(lines: readonly string[], maxBytes: number, fromEnd: boolean): string[] {
  const taken: string[] = [];
  let left = maxBytes;
  for (const line of fromEnd ? lines.toReversed() : lines) {
    const bytes = Buffer.byteLength(line) + 1;
    if (bytes > left) {
      // One line can be longer than everything that is allowed: show its nearest end.
      const piece = Buffer.from(line);
      if (taken.length === 0) taken.push((fromEnd ? piece.subarray(-left) : piece.subarray(0, left)).toString("utf8"));
      break;
    }
    taken.push(line);
    left -= bytes;
  }
  return fromEnd ? taken.reverse() : taken;
}
