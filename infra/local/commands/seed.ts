/** `npm run seed -- <scenario>`: fills a workspace of the machine's owner for its pages to be looked at; prints their links. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { runSeed } from "../run-seed.ts";
import { say } from "../say.ts";
import { root } from "../settings.ts";
import { useProduct } from "../use-product.ts";

const resultSchema = z.object({ signInUrl: z.string(), links: z.array(z.object({ title: z.string(), path: z.string() })) });

const scenarios = readdirSync(join(root, "prisma/seed/scenarios"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(/\.ts$/, ""));
const [scenario = ""] = process.argv.slice(2);

if (scenarios.includes(scenario)) {
  const product = await useProduct();
  try {
    const { signInUrl, links } = await runSeed(`scenarios/${scenario}.ts`, { env: product.env, input: {}, result: resultSchema });
    say.done(`seeded "${scenario}"`);
    process.stdout.write(`sign in (once): ${signInUrl}\n`);
    for (const { title, path } of links) process.stdout.write(`${title}: ${product.url}${path}\n`);
  } finally {
    await product.release();
  }
} else {
  say.fail(scenario === "" ? "Name a scenario." : `There is no scenario "${scenario}".`);
  say.plain(`    npm run seed -- <scenario>, with one of: ${scenarios.join(", ")}`);
  process.exitCode = 2;
}
