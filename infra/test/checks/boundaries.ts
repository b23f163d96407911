import { join } from "node:path";
import { z } from "zod";
import { root } from "../../local/settings.ts";
import { listSourceFiles, runTool } from "../tool.ts";

const reportSchema = z.object({
  modules: z.array(z.object({ source: z.string(), dependencies: z.array(z.unknown()) })),
  summary: z.object({
    error: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

const rooms = ["apps", "prisma", "emails", "infra", "tests"];
const isSource = (file: string) => /\.(ts|tsx|mts|mjs)$/.test(file) && !/\.d\.m?ts$|repositories\/sample\/files|\/\.next\//.test(file);

/**
 * The import rules of `.dependency-cruiser.mjs`. dependency-cruiser without a TypeScript that it can use reads no
 * module and reports success, so what it has read is held against what git lists.
 */
export async function checkBoundaries(): Promise<{ ok: boolean; output: string }> {
  const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const { stdout, output } = await runTool(process.execPath, [
    cruiser,
    "--config",
    ".dependency-cruiser.mjs",
    "--output-type",
    "json",
    ...rooms,
  ]);
  const parsed = reportSchema.safeParse(parseJson(stdout));
  if (!parsed.success) return { ok: false, output: `dependency-cruiser left no report:\n${output.slice(0, 2_000)}` };
  const { modules, summary } = parsed.data;
  const cruised = new Set(modules.map((module) => module.source));
  const unread = (await listSourceFiles(rooms)).filter((file) => isSource(file) && !cruised.has(file));
  const hasImports = modules.filter((module) => module.dependencies.length > 0).length;
  const problems = [
    ...summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`),
    ...(unread.length > 0
      ? [`not read: ${unread.slice(0, 10).join(", ")}${unread.length > 10 ? ` and ${unread.length - 10} more` : ""}`]
      : []),
    ...(hasImports * 2 < cruised.size ? [`only ${hasImports} of ${cruised.size} modules have imports: TypeScript was not read`] : []),
  ];
  return { ok: problems.length === 0, output: problems.join("\n") };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
