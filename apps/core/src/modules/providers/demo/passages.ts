import { z } from "zod";
import { howToAddAModel } from "./how-to-add-a-model.ts";
import { fileText } from "./read-output.ts";
import { readTestRun, type TestRun } from "./read-test-run.ts";
import { type DemoCall, type DemoResult, GiveUp, type Passage } from "./script.ts";

export const readCall = (filePath: string): DemoCall => ({ name: "read", input: { filePath } });
export const grepCall = (pattern: string, path?: string): DemoCall => ({ name: "grep", input: path ? { pattern, path } : { pattern } });
export const bashCall = (command: string, description: string): DemoCall => ({ name: "bash", input: { command, description } });
export const writeCall = (filePath: string, content: string): DemoCall => ({ name: "write", input: { filePath, content } });
export const editCall = (filePath: string, oldString: string, newString: string, replaceAll = false): DemoCall => ({
  name: "edit",
  input: replaceAll ? { filePath, oldString, newString, replaceAll } : { filePath, oldString, newString },
});

/** The first line of an output, short enough for a sentence. */
export function firstLine(output: string): string {
  return (output.trim().split("\n")[0] ?? "").slice(0, 200);
}

/** Reads files in parallel; gives up when one of them can't be read. */
export function* readFiles(text: string, paths: readonly string[]): Passage<Map<string, string>> {
  const results = yield* withoutInterruption(text, paths.map(readCall));
  return new Map(paths.map((path, index) => [path, contentOf(path, results[index])]));
}

/** A file's text out of a `read` result; gives up when there is none. */
export function contentOf(path: string, result: DemoResult | undefined): string {
  if (!result || result.isError) {
    throw new GiveUp(`I could not read ${path}: ${firstLine(result?.output ?? "") || "nothing came back"} I changed nothing after that.`);
  }
  return fileText(result.output);
}

/** Makes calls that only look; once more when they were interrupted. */
export function* withoutInterruption(text: string, calls: readonly DemoCall[]): Passage<readonly DemoResult[]> {
  const results = yield { text, calls };
  if (!results.some((result) => result.interrupted)) return results;
  const again = yield { text: "That was interrupted before it ended, so I do it once more.", calls };
  if (again.some((result) => result.interrupted))
    throw new GiveUp("It was interrupted again, so I stop here. Ask again when you are ready.");
  return again;
}

/** Makes changes one after the other; gives up, saying what was and what was not done, when one of them fails. */
export function* change(text: string, calls: readonly DemoCall[]): Passage<void> {
  const results = yield { text, calls };
  // A change that was made before its result was lost is found done when it is made again.
  const isDone = (result: DemoResult) => !result.isError || result.output.includes("already holds newString");
  const failed = results.findIndex((result) => !isDone(result));
  if (failed === -1) return;
  const path = String(calls[failed]?.input.filePath);
  const reason = results[failed]?.interrupted ? "the call was interrupted" : firstLine(results[failed]?.output ?? "");
  const done = results.filter(isDone).length;
  throw new GiveUp(
    `The change of ${path} was not made: ${reason || "no reason was given"} ${done === 0 ? "Nothing was changed in this step." : `${done} of ${calls.length} changes of this step were made; look at the diff.`} I stop here rather than guess.`,
  );
}

/** Runs the tests for real and reads their numbers; gives up when there are none to read. */
export function* runTests(text: string): Passage<TestRun> {
  const [result] = yield* withoutInterruption(text, [bashCall("npm test", "Runs every test")]);
  const run = result ? readTestRun(result.output) : null;
  if (run) return run;
  const tail = (result?.output ?? "").trim().split("\n").slice(-3).join("\n").slice(0, 600);
  throw new GiveUp(
    `\`npm test\` came to no result that I can read. It ended with:\n\n${tail || "(no output)"}\n\nThe sample needs Node 22.18 or newer in the sandbox. I can't go on without the tests.`,
  );
}

/** "15 of 16 tests pass, 1 fails" */
export function inNumbers({ total, passed, failed }: TestRun): string {
  if (failed === 0) return `all ${total} tests pass`;
  return `${passed} of ${total} tests pass, ${failed} ${failed === 1 ? "fails" : "fail"}`;
}

/** An honest sentence about failures that were there before, and a stop for those that were not. */
export function compareRuns(before: TestRun, after: TestRun): string {
  const known = new Set(before.failures.map((failure) => failure.name));
  const broken = after.failures.filter((failure) => !known.has(failure.name));
  if (broken.length > 0 || after.failed > before.failed) {
    throw new GiveUp(
      `After my change ${inNumbers(after)}; before it, ${inNumbers(before)}. So I broke something${broken[0] ? `: "${broken[0].name}"` : ""}. I leave the change in the diff for you to look at, and don't claim that it is done.`,
    );
  }
  const [left] = after.failures;
  if (after.failed === 0 || !left) return "";
  return ` "${left.name}" failed before I began and still does: that is not this task, but the guided task "Fix the failing test" takes care of it.`;
}

const packageSchema = z.object({ name: z.string() });

/** Looks around, in parallel, and makes sure that this is the sample repository. Answers the results of `more`. */
export function* lookAround(text: string, more: readonly DemoCall[]): Passage<readonly DemoResult[]> {
  const [manifest, ...results] = yield* withoutInterruption(text, [readCall("package.json"), ...more]);
  if (!manifest || !isSample(manifest)) {
    throw new GiveUp(`This is not the sample repository. ${howToAddAModel}`);
  }
  return results;
}

function isSample(manifest: DemoResult): boolean {
  if (manifest.isError) return false;
  try {
    return packageSchema.parse(JSON.parse(fileText(manifest.output))).name === "tally";
  } catch {
    return false;
  }
}
