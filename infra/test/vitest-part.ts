import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../local/settings.ts";
import type { Part, PartResult } from "./part.ts";
import { runTool } from "./tool.ts";

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
  success: z.boolean(),
});

interface VitestOptions {
  /** read when the tests start: `prepare` may add to it */
  readonly env?: Record<string, string>;
  /** what has to be there; says why it can't be, if so */
  readonly prepare?: () => Promise<string | null>;
  /** only these files */
  readonly only?: readonly string[];
  /** all but these files */
  readonly without?: readonly string[];
  /** what it needs can't be had everywhere, CI included: it is left out with a loud line then */
  readonly mayBeMissing?: true;
}

/** Runs one of vitest's projects; `prepare` says why it can't run here, if so. */
export function vitestPart(name: string, project: string, options: VitestOptions = {}): Part {
  return {
    name,
    run: async () => {
      const obstacle = (await options.prepare?.()) ?? null;
      if (obstacle !== null) return notPossible(obstacle, options.mayBeMissing === true);
      const directory = mkdtempSync(join(tmpdir(), "opencode-test-"));
      const report = join(directory, "report.json");
      try {
        const vitest = join(root, "node_modules/vitest/vitest.mjs");
        const args = [vitest, "run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
        args.push(...(options.only ?? []), ...(options.without ?? []).flatMap((file) => ["--exclude", file]));
        const { code, output } = await runTool(process.execPath, args, options.env ?? {});
        return resultOf(report, code, output);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  };
}

/** Outside CI a machine may lack something; in CI that is a failure. */
function notPossible(reason: string, mayBeMissing: boolean): PartResult {
  if (process.env.CI === "true" && !mayBeMissing) return { passed: 0, failed: 1, output: reason };
  return { passed: 0, failed: 0, output: "", skipped: reason };
}

function resultOf(report: string, code: number, output: string): PartResult {
  const parsed = reportSchema.safeParse(readReport(report));
  if (!parsed.success) return { passed: 0, failed: 1, output };
  const { numPassedTests: passed, numFailedTests: failed } = parsed.data;
  // A suite that could not be loaded, an unhandled error or no test at all is a failure that no test counts.
  const uncounted = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
  return { passed, failed: failed + uncounted, output: passed + failed === 0 ? `${output}\nNo test ran.` : output };
}

function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
