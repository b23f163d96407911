import { z } from "zod";
import { limits } from "../../../platform/limits.ts";
import { type Diagnostic, diagnosticSchema } from "./run-language-tools.ts";

const foundSchema = z.array(z.object({ path: z.string(), items: z.array(diagnosticSchema) }));

/** What says that dependencies are not installed, and nothing about the edit: `cannot find module "react"`, `install @types/node`. */
function isAboutInstalling({ code, message }: Diagnostic): boolean {
  const number = Number(code);
  if ([2307, 2792, 7016, 2875].includes(number)) return !/module '\.{0,2}\//.test(message);
  return (
    [2580, 2581, 2582, 2591, 2592, 2593, 2688].includes(number) || code === "reportMissingImports" || code === "reportMissingModuleSource"
  );
}

/** The errors of each file as `line:column message`, 20 lines at most; empty text when there are none. */
export function describeErrors(result: unknown): { text: string; errors: number } {
  const parsed = foundSchema.safeParse(result);
  if (!parsed.success) return { text: "", errors: 0 };
  let left = limits.language.maxDiagnosticLines;
  let errors = 0;
  const blocks: string[] = [];
  for (const { path, items } of parsed.data) {
    const wrong = items.filter((item) => (item.severity ?? 1) === 1 && !isAboutInstalling(item));
    errors += wrong.length;
    if (wrong.length === 0 || left < 3) continue;
    const shown = wrong.slice(0, wrong.length < left ? wrong.length : left - 2).map(diagnosticLine);
    left -= shown.length + 2;
    const more = wrong.length > shown.length ? [`… and ${wrong.length - shown.length} more`] : [];
    blocks.push([`${wrong.length} error${wrong.length === 1 ? "" : "s"} in ${path}:`, ...shown, ...more].join("\n"));
  }
  return { text: blocks.join("\n"), errors };
}

const severities = ["", "error", "warning", "info", "hint"];

/** All that a server found in the files, warnings too. */
export function describeAll(result: unknown): { text: string; count: number } {
  const parsed = foundSchema.safeParse(result);
  const items = parsed.success ? parsed.data.flatMap(({ path, items: found }) => found.map((item) => ({ path, item }))) : [];
  const lines = items.map(({ path, item }) => `${path}:${diagnosticLine(item)} (${severities[item.severity ?? 1] ?? "error"})`);
  return { text: lines.join("\n"), count: items.length };
}

function diagnosticLine({ range, message, code }: Diagnostic): string {
  const text = message.replace(/\s*\n\s*/g, " ").slice(0, 400);
  return `${range.start.line + 1}:${range.start.character + 1} ${text}${code === undefined ? "" : ` [${code}]`}`;
}
