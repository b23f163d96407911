import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../local/settings.ts";
import { listSourceFiles } from "../tool.ts";

interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly concerns: (file: string) => boolean;
}

const isProduct = (file: string) => /^(apps|prisma|emails|infra)\//.test(file) && !/\.test\.tsx?$|\/testing\.ts$|\.d\.ts$/.test(file);

/** Rules of the house that no linter knows. */
const rules: readonly Rule[] = [
  {
    name: "the database is asked in repo*.ts only",
    pattern: /\btx\.(?!\$)\w+\.(find|create|update|upsert|delete|count|aggregate|groupBy)\w*\(|\btx\.\$(queryRaw|executeRaw)/,
    concerns: (file) => /^apps\//.test(file) && isProduct(file) && !/\/[\w-]*repo[\w-]*\.ts$|^apps\/core\/src\/platform\//.test(file),
  },
  {
    name: "something is left undone",
    pattern: /\b(TODO|FIXME|XXX)\b/,
    concerns: (file) => isProduct(file) && file !== "infra/test/checks/source-rules.ts",
  },
  {
    name: "no enum, namespace or escape from the types",
    pattern: /^\s*(export )?(declare )?(enum|namespace) \w|@ts-ignore|@ts-nocheck|\bas any\b/,
    concerns: isProduct,
  },
  {
    name: "a file is named after what it does, not utils or helpers",
    pattern: /^/,
    concerns: (file) => /\/(utils|helpers|misc|common)\.tsx?$/.test(file),
  },
];

/** Each line that breaks a rule. */
export async function checkSourceRules(): Promise<{ ok: boolean; output: string }> {
  const files = (await listSourceFiles(["apps", "prisma", "emails", "infra"])).filter(
    (file) => /\.(ts|tsx|mjs)$/.test(file) && !/sample\/files\//.test(file),
  );
  const problems: string[] = [];
  for (const file of files) {
    const concerned = rules.filter((rule) => rule.concerns(file));
    if (concerned.length === 0) continue;
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    for (const rule of concerned) {
      const line = lines.findIndex((text) => rule.pattern.test(text) && file !== "infra/test/checks/source-rules.ts");
      if (line !== -1) problems.push(`${file}:${line + 1}: ${rule.name}`);
    }
  }
  return { ok: problems.length === 0, output: problems.join("\n") };
}
