import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../local/settings.ts";
import { listSourceFiles } from "../tool.ts";

const warnAbove = 200;
const errorAbove = { source: 400, test: 800 };

const isTest = (file: string) => file.startsWith("tests/") || /\.test\.tsx?$/.test(file);

/** A file that has grown too long to be read at once. */
export async function checkFileLengths(): Promise<{ ok: boolean; output: string }> {
  const files = await listSourceFiles(["*.ts", "*.tsx", "*.mjs", "*.css"]);
  const lengths = files.map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length - 1 }));
  const long = lengths.filter(({ file, lines }) => lines > warnAbove && !isTest(file)).sort((a, b) => b.lines - a.lines);
  const tooLong = lengths.filter(({ file, lines }) => lines > (isTest(file) ? errorAbove.test : errorAbove.source));
  const output = [
    ...tooLong.map(({ file, lines }) => `too long: ${file} has ${lines} lines`),
    ...long
      .filter((one) => !tooLong.includes(one))
      .map(({ file, lines }) => `getting long (over ${warnAbove}): ${file} has ${lines} lines`),
  ];
  return { ok: tooLong.length === 0, output: output.join("\n") };
}
