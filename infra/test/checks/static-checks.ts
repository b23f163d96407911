import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../local/settings.ts";
import { check, type Part } from "../part.ts";
import { runTool, type ToolResult } from "../tool.ts";
import { checkBoundaries } from "./boundaries.ts";
import { checkEnvExample } from "./env-example.ts";
import { checkFileLengths } from "./file-lengths.ts";
import { checkSourceRules } from "./source-rules.ts";

const passes = ({ code, output }: ToolResult) => ({ ok: code === 0, output });
const nodeTool = (path: string, ...args: string[]) => runTool(process.execPath, [join(root, "node_modules", path), ...args]);
const typescript = "typescript-native/bin/tsc";

async function typesOfWeb(): Promise<{ ok: boolean; output: string }> {
  // Git-ignored, and written by Next: the types of its CSS and image imports.
  if (!existsSync(join(root, "apps/web/next-env.d.ts"))) {
    const generated = await nodeTool("next/dist/bin/next", "typegen", "apps/web");
    if (generated.code !== 0) return passes(generated);
  }
  return passes(await nodeTool(typescript, "-p", "apps/web"));
}

/** Everything that is read off the sources without running them. */
export const staticChecks: readonly Part[] = [
  check("format", async () => passes(await nodeTool("@biomejs/biome/bin/biome", "format", "."))),
  check("lint", async () =>
    passes(await nodeTool("@biomejs/biome/bin/biome", "check", "--formatter-enabled=false", "--error-on-warnings", ".")),
  ),
  check("types", async () => passes(await nodeTool(typescript, "-p", "."))),
  check("types-web", typesOfWeb),
  check("boundaries", checkBoundaries),
  check("dead-code", async () => passes(await nodeTool("knip/bin/knip.js", "--no-progress"))),
  check("file-length", checkFileLengths),
  check("source-rules", checkSourceRules),
  check("env-example", checkEnvExample),
];
