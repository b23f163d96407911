import { stripVTControlCharacters } from "node:util";

export interface TestFailure {
  readonly name: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly actual: string | null;
  readonly expected: string | null;
}

export interface TestRun {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly TestFailure[];
}

/** What `node --test` printed, in its "spec" or its "tap" form; null when it came to no summary. */
export function readTestRun(output: string): TestRun | null {
  const text = stripVTControlCharacters(output);
  const count = (name: string) => {
    const match = new RegExp(`^(?:ℹ|#) ${name} (\\d+)$`, "m").exec(text);
    return match ? Number(match[1]) : null;
  };
  const [total, passed, failed] = [count("tests"), count("pass"), count("fail")];
  if (total === null || passed === null || failed === null) return null;
  const failures = [...specFailures(text), ...tapFailures(text)];
  return { total, passed, failed: failed + (count("cancelled") ?? 0), failures };
}

function specFailures(text: string): TestFailure[] {
  const [, section = ""] = text.split("failing tests:");
  return [...section.matchAll(/test at (\S+?):(\d+):\d+\n✖ (.+?) \([\d.]+ms\)\n([\s\S]*?)(?=\ntest at |$)/g)].map(
    ([, file = "", line, name = "", details = ""]) => ({ name, file: relative(file), line: Number(line), ...values(details) }),
  );
}

function tapFailures(text: string): TestFailure[] {
  return [...text.matchAll(/^not ok \d+ - (.+)\n {2}---\n([\s\S]*?)^ {2}\.\.\.$/gm)].map(([, name = "", details = ""]) => {
    const location = /location: '(.+?):(\d+):\d+'/.exec(details);
    return { name, file: location?.[1] ? relative(location[1]) : null, line: location ? Number(location[2]) : null, ...values(details) };
  });
}

// The runner names files relative to where it runs, or by their whole path.
function relative(file: string): string {
  return file.replace(/^.*?(?=\b(?:test|src)\/)/, "");
}

function values(details: string): Pick<TestFailure, "actual" | "expected"> {
  const value = (name: string) => new RegExp(`^\\s+${name}: (.+?),?$`, "m").exec(details)?.[1] ?? null;
  return { actual: value("actual"), expected: value("expected") };
}
