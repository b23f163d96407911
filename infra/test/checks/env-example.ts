import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { envVariables, parseEnv } from "@opencode/core/platform/env.ts";
import { root } from "../../local/settings.ts";

const file = join(root, ".env.example");

const heading = `# Every variable that OpenCode reads. \`npm start\` needs none of them; it makes what one machine needs by itself.
# Copy this file to .env and take the "# " off what you want to set. Written by: npm test -- env-example --write
`;

/** `.env.example` as platform/env.ts wants it. */
function expectedFile(): string {
  const blocks = envVariables.map(({ name, description, example }) => `\n# ${description}\n# ${name}=${example}\n`);
  return heading + blocks.join("");
}

/** Each variable has a sentence and an example, the examples are valid, and `.env.example` says the same. */
export async function checkEnvExample(): Promise<{ ok: boolean; output: string }> {
  const problems = envVariables
    .filter(({ description, example }) => !description || example === undefined)
    .map(({ name }) => `${name} needs a sentence (platform/env.ts) and an example (platform/env-examples.ts)`);
  const parsed = parseEnv(Object.fromEntries(envVariables.map(({ name, example }) => [name, example])));
  if (!parsed.ok) problems.push(...parsed.problems.map(({ name, problem }) => `the example of ${name} is no valid value: ${problem}`));
  if (process.argv.includes("--write")) writeFileSync(file, expectedFile());
  if (readFileSync(file, "utf8") !== expectedFile())
    problems.push(".env.example differs from platform/env.ts: npm test -- env-example --write");
  return { ok: problems.length === 0, output: problems.join("\n") };
}
