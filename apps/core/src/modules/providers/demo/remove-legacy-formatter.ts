import {
  bashCall,
  change,
  compareRuns,
  contentOf,
  editCall,
  firstLine,
  grepCall,
  inNumbers,
  lookAround,
  readCall,
  readFiles,
  runTests,
  withoutInterruption,
} from "./passages.ts";
import { functionSource, type GrepHit, grepHits, importsOf, resolveImport } from "./read-output.ts";
import { type DemoCall, GiveUp, type Passage, type Script } from "./script.ts";

const legacyFile = "src/legacy/format-amount.ts";
const moneyFile = "src/money.ts";
const anyUse = "format-amount|formatAmount";

/** Guided task: moves every caller to formatMoney, proves that nothing changed, and asks before it deletes the file. */
export function* removeLegacyFormatter(): Script {
  const [uses, legacy, money] = yield* lookAround("I'll find every use of the legacy formatter and compare it with formatMoney.", [
    grepCall(anyUse),
    readCall(legacyFile),
    readCall(moneyFile),
  ]);
  const hits = grepHits(uses?.output ?? "").filter((hit) => hit.path !== legacyFile);
  if (legacy?.isError)
    return `There is no ${legacyFile} (any more): ${firstLine(legacy.output)} So there is nothing to remove, and I changed nothing.`;
  if (!functionSource(contentOf(moneyFile, money), "formatMoney"))
    throw new GiveUp(`${moneyFile} has no formatMoney to move to, so I changed nothing.`);

  const before = yield* runTests("Before I touch anything: the tests.");
  const callers = [...new Set(hits.map((hit) => hit.path))].filter((path) => path.endsWith(".ts"));
  const notes = hits.filter((hit) => hit.path.endsWith(".md") && hit.text.startsWith("- "));
  yield* moveAway(callers, notes);
  const [left] = yield* withoutInterruption("Is anything left that needs the file?", [grepCall(anyUse)]);
  const remaining = grepHits(left?.output ?? "").filter((hit) => hit.path !== legacyFile);
  if (remaining[0])
    throw new GiveUp(
      `${remaining[0].path} (line ${remaining[0].line}) still uses the legacy formatter in a way that I don't know how to move, so I keep the file.`,
    );
  const between = yield* runTests("Nothing is. The tests say whether the text is still the same:");
  const rest = compareRuns(before, between);

  const [removal] = yield {
    text: `With the callers moved, ${inNumbers(between)}. Now the file itself can go. Deleting is asked first:`,
    calls: [bashCall(`rm ${legacyFile}`, "Deletes the unused formatter")],
  };
  const moved =
    callers.length > 0
      ? `${listed(callers)} now ${callers.length === 1 ? "uses" : "use"} \`formatMoney\``
      : "Nothing used the legacy formatter";
  if (!removal || removal.isError)
    return `${moved}, and ${inNumbers(between)}. ${kept(removal?.output ?? "", removal?.interrupted ?? true)}${rest}`;
  const after = yield* runTests("Deleted. One last run of the tests:");
  return `Done. ${moved}, and \`${legacyFile}\` is deleted. Before: ${inNumbers(before)}. Now: ${inNumbers(after)}, so what is printed is what was printed before.${compareRuns(before, after)}`;
}

function* moveAway(callers: readonly string[], notes: readonly GrepHit[]): Passage<void> {
  const sources =
    callers.length === 0
      ? new Map<string, string>()
      : yield* readFiles(
          `${listed(callers)} ${callers.length === 1 ? "uses" : "use"} it. I'll read ${callers.length === 1 ? "it" : "them"}.`,
          callers,
        );
  if (notes.length > 0) yield* readFiles("The documentation names it too.", [...new Set(notes.map((hit) => hit.path))]);
  const edits = [...sources].flatMap(([path, source]) => moveToFormatMoney(path, source));
  const cleanUps = notes.map((hit) => editCall(hit.path, `${hit.text}\n`, ""));
  if (edits.length + cleanUps.length === 0) return;
  yield* change(
    "`formatMoney` takes the same amounts, so each import and each call can move over as it is. The tests will tell whether the text stays the same.",
    [...edits, ...cleanUps],
  );
}

function kept(output: string, interrupted: boolean): string {
  if (interrupted)
    return `Whether \`${legacyFile}\` was deleted I can't tell: the call was interrupted. Look at the diff before you go on.`;
  if (!/^Exit code \d+/m.test(output) && /reject|declin|denied|not allow|refus|permission/i.test(output)) {
    return `You did not allow the deletion, so \`${legacyFile}\` stays. Nothing imports it any more; delete it whenever you like.`;
  }
  return `Deleting \`${legacyFile}\` failed: ${firstLine(output)} It stays, but nothing imports it any more.`;
}

/** The edits that move one module: its import, then its calls. */
function moveToFormatMoney(path: string, source: string): DemoCall[] {
  const imports = importsOf(source);
  const legacyImport = imports.find((entry) => resolveImport(path, entry.from) === legacyFile);
  const calls = editCall(path, "formatAmount(", "formatMoney(", true);
  // An earlier try may have got as far as the import.
  if (!legacyImport && imports.some((entry) => entry.names.includes("formatMoney"))) return [calls];
  if (legacyImport?.names.join() !== "formatAmount") {
    throw new GiveUp(`${path} uses the legacy formatter in a way that my script doesn't know, so I changed nothing.`);
  }
  const moneyImport = imports.find((entry) => resolveImport(path, entry.from) === moneyFile);
  if (!moneyImport) {
    const from = legacyImport.from.replace(/legacy\/format-amount\.ts$/, "money.ts");
    return [editCall(path, legacyImport.line, `import { formatMoney } from "${from}";`), calls];
  }
  if (moneyImport.names.includes("formatMoney")) return [editCall(path, `${legacyImport.line}\n`, ""), calls];
  const names = [...moneyImport.names, "formatMoney"].map((name) =>
    moneyImport.line.startsWith("import type") && name !== "formatMoney" ? `type ${name}` : name,
  );
  return [
    editCall(path, moneyImport.line, `import { ${names.join(", ")} } from "${moneyImport.from}";`),
    editCall(path, `${legacyImport.line}\n`, ""),
    calls,
  ];
}

function listed(paths: readonly string[]): string {
  const quoted = paths.map((path) => `\`${path}\``);
  return quoted.length < 2 ? (quoted[0] ?? "") : `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
}
