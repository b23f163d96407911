import { csvModule, csvTest } from "./csv-sources.ts";
import { change, compareRuns, contentOf, editCall, inNumbers, lookAround, readCall, readFiles, runTests, writeCall } from "./passages.ts";
import { type DemoCall, GiveUp, type Script } from "./script.ts";

const featureFile = "src/to-csv.ts";
const testFile = "test/to-csv.test.ts";

/** Guided task: reads what the README plans, writes the test first, sees it fail, then writes the feature. */
export function* addCsvExport(): Script {
  const [readme, sources] = yield* lookAround("I'll read what the README plans, and see what is there.", [
    readCall("README.md"),
    { name: "glob", input: { pattern: "src/*.ts" } },
  ]);
  if (sources?.output.includes(featureFile)) return `${featureFile} is there already, so the export was added before. I changed nothing.`;
  const plan = readPlan(contentOf("README.md", readme));
  const files = yield* readFiles(
    `The plan is clear: ${plan.columns.length} columns (${plan.columns.join(", ")}), decimals, quoting by RFC 4180. I'll read the modules that it builds on.`,
    ["src/invoice.ts", "src/totals.ts", "src/index.ts", "test/totals.test.ts"],
  );
  const values = valuesOf(plan.columns, files.get("src/invoice.ts") ?? "", files.get("src/totals.ts") ?? "");
  const before = yield* runTests("The tests, before I change anything:");

  yield* change("The test first: it says what the README says.", [writeCall(testFile, csvTest(plan.columns))]);
  const red = yield* runTests("It has to fail now, for there is no export yet.");
  // When an earlier try left the test behind, it failed before, too.
  const isRed = red.failed > before.failed || red.failures.some((failure) => `${failure.name} ${failure.file}`.includes(testFile));
  if (!isRed) throw new GiveUp(`The new test should fail without the feature, but ${inNumbers(red)}. So it proves nothing; I stop here.`);

  yield* change("It fails, as it should. Now the export itself, its place in the index, and the README, which no longer plans it.", [
    writeCall(featureFile, csvModule(values)),
    exportFromIndex(files.get("src/index.ts") ?? ""),
    ...plan.readmeEdits,
  ]);
  const after = yield* runTests("All tests again:");
  const rest = compareRuns(before, after);
  // Without the module the whole file counts as one test.
  const added = after.total - red.total + 1;
  return `Done. \`toCsv(invoices)\` is in \`${featureFile}\` and exported from \`src/index.ts\`, with ${added} new tests in \`${testFile}\`. Before: ${inNumbers(before)}. With the test alone: ${inNumbers(red)}. Now: ${inNumbers(after)}.${rest}`;
}

interface Plan {
  readonly columns: readonly string[];
  readonly readmeEdits: readonly DemoCall[];
}

/** The columns that the README asks for, and the lines of it that will no longer be true. */
function readPlan(readme: string): Plan {
  const heading = /^## Planned: CSV export$/m.exec(readme)?.[0];
  const columns = [...(/^- Columns: (.+)$/m.exec(readme)?.[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
  if (!heading || columns.length === 0)
    throw new GiveUp(
      "The README has no section that plans a CSV export with its columns, so I don't know what to build. I changed nothing.",
    );
  const item = /^- \[ \] (CSV export.*?)(?: \(planned.*\))?$/m.exec(readme);
  return {
    columns,
    readmeEdits: [
      ...(item ? [editCall("README.md", item[0], `- [x] ${item[1]} (\`${featureFile}\`)`)] : []),
      editCall("README.md", heading, "## CSV export"),
    ],
  };
}

/** For each column the expression that gives it: a field of an invoice, or an amount of its totals. */
function valuesOf(columns: readonly string[], invoiceSource: string, totalsSource: string): Map<string, string> {
  const invoice = /export interface Invoice \{([\s\S]*?)^\}/m.exec(invoiceSource)?.[1] ?? "";
  const totals = /export interface Totals \{([\s\S]*?)^\}/m.exec(totalsSource)?.[1] ?? "";
  return new Map(
    columns.map((column) => {
      if (new RegExp(`readonly ${column}: string;`).test(invoice)) return [column, `invoice.${column}`];
      if (new RegExp(`readonly ${column}: Cents;`).test(totals)) return [column, `decimal(invoiceTotals(invoice).${column})`];
      throw new GiveUp(
        `The README asks for a column "${column}", but neither Invoice nor Totals has one as I expect it. I changed nothing.`,
      );
    }),
  );
}

/** One more export, where the order of the modules puts it. */
function exportFromIndex(index: string): DemoCall {
  const line = 'export { toCsv } from "./to-csv.ts";';
  const exports = [...index.matchAll(/^export .* from "(.+)";$/gm)];
  const next = exports.find(([, from = ""]) => from > "./to-csv.ts");
  const last = exports.at(-1);
  if (next) return editCall("src/index.ts", next[0], `${line}\n${next[0]}`);
  if (last) return editCall("src/index.ts", last[0], `${last[0]}\n${line}`);
  throw new GiveUp("src/index.ts exports nothing that I can add to. The test is written, the feature is not.");
}
