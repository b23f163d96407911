import {
  change,
  compareRuns,
  contentOf,
  editCall,
  grepCall,
  inNumbers,
  lookAround,
  readCall,
  readFiles,
  runTests,
  withoutInterruption,
} from "./passages.ts";
import { functionSource, importsOf, resolveImport } from "./read-output.ts";
import type { TestFailure, TestRun } from "./read-test-run.ts";
import { GiveUp, type Passage, type Script } from "./script.ts";

/** Guided task: from the failing test along the calls to the function that loses cents, and back to green. */
export function* fixFailingTest(): Script {
  yield* lookAround("I'll look at the project first.", [readCall("AGENTS.md"), { name: "glob", input: { pattern: "test/*.test.ts" } }]);
  const before = yield* runTests("Now the tests, to see what fails.");
  const [failure] = before.failures;
  if (before.failed === 0 || !failure)
    return `I ran the tests: ${inNumbers(before)}. Nothing fails, so there is nothing to fix, and I changed nothing.`;
  const culprit = yield* findCulprit(failure);
  const mended = mendSplit(culprit);
  yield* change(
    `Found it: \`${culprit.name}\` rounds every part down and forgets the remainder. The bug is made here, so I fix it here: the first parts get one cent more until nothing is left over.`,
    [editCall(culprit.path, mended.oldString, mended.newString)],
  );
  const after = yield* runTests("Now all tests again.");
  return report(before, after, failure, culprit);
}

interface Culprit {
  readonly name: string;
  readonly path: string;
  readonly source: string;
}

/** Follows the failing assertion: the function that the test calls, then the one whose result that function passes on. */
function* findCulprit(failure: TestFailure): Passage<Culprit> {
  const { file, line } = failure;
  if (!file || !line)
    throw new GiveUp(`"${failure.name}" fails, but the output does not say where it stands. I stop here rather than guess.`);
  const seen = failure.expected && failure.actual ? ` It expects \`${failure.expected}\` and gets \`${failure.actual}\`.` : "";
  const [test, functions] = yield* withoutInterruption(
    `"${failure.name}" fails in ${file}.${seen} I'll read it, and see which functions there are.`,
    [readCall(file), grepCall("^export function", "src")],
  );
  const testSource = contentOf(file, test);
  const body =
    testSource
      .split("\n")
      .slice(line - 1)
      .join("\n")
      .split(/^\}\);/m, 1)[0] ?? "";
  const called = calledImport(testSource, body);
  if (!called || functions?.isError)
    throw new GiveUp(`I read ${file}, but I can't tell which function "${failure.name}" checks. I changed nothing.`);

  const path = resolveImport(file, called.from);
  const outer = (yield* readFiles(`The test calls \`${called.name}\`, so I read ${path}.`, [path])).get(path) ?? "";
  const outerBody = functionSource(outer, called.name) ?? "";
  const inner = calledImport(outer, /return ([\s\S]*)/.exec(outerBody)?.[1] ?? "");
  if (!inner) return { name: called.name, path, source: outer };

  const innerPath = resolveImport(path, inner.from);
  const text = `\`${called.name}\` only passes on what \`${inner.name}\` gives it, so the wrong number comes from there.`;
  const source = (yield* readFiles(text, [innerPath])).get(innerPath) ?? "";
  return { name: inner.name, path: innerPath, source };
}

/** The first imported function that a piece of code calls. */
function calledImport(source: string, code: string): { name: string; from: string } | null {
  const local = importsOf(source).filter((entry) => entry.from.startsWith("."));
  for (const [, name = ""] of code.matchAll(/\b(\w+)\(/g)) {
    const entry = local.find((candidate) => candidate.names.includes(name));
    if (entry) return { name, from: entry.from };
  }
  return null;
}

/** The edit that hands the lost remainder out, made from the names that the function itself uses. */
function mendSplit({ name, path, source }: Culprit): { oldString: string; newString: string } {
  const body = functionSource(source, name) ?? "";
  const pattern = /^( *)const (\w+) = Math\.floor\((\w+) \/ (\w+)\);\n\1return Array\.from\(\{ length: \4 \}, \(\) => \2\);/m;
  const match = pattern.exec(body);
  if (!match) {
    throw new GiveUp(
      `The trail leads to \`${name}\` in ${path}, but the code there is not what my script knows how to mend, so I changed nothing. A real model could go on from here.`,
    );
  }
  const [oldString, indent, share, total, parts] = match;
  const newString = [
    `const ${share} = Math.floor(${total} / ${parts});`,
    `const remainder = ${total} - ${share} * ${parts};`,
    `return Array.from({ length: ${parts} }, (_, index) => (index < remainder ? ${share} + 1 : ${share}));`,
  ].map((line) => indent + line);
  return { oldString, newString: newString.join("\n") };
}

function report(before: TestRun, after: TestRun, failure: TestFailure, culprit: Culprit): string {
  if (after.failures.some((other) => other.name === failure.name)) {
    return `My change of ${culprit.path} did not help: "${failure.name}" still fails (${inNumbers(after)}). I leave it in the diff for you to look at, and don't claim that it is done.`;
  }
  const rest = compareRuns(before, after);
  return `Done. Before: ${inNumbers(before)}. Now: ${inNumbers(after)}.\n\nThe cause was \`${culprit.name}\` in \`${culprit.path}\`: it divided with \`Math.floor\` and dropped the cents that were left over. It now gives them to the first parts, one each, so the parts always add up to the whole. No test was changed.${rest}`;
}
