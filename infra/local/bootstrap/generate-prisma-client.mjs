import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";
import { runQuietly } from "./run-quietly.mjs";
import { hashOf, readStamp, writeStamp } from "./stamp.mjs";

/** `prisma generate` when the schema, or Prisma itself, has changed. */
export async function generatePrismaClient() {
  const wanted = hashOf(["prisma/schema", "node_modules/prisma/package.json"]);
  if (existsSync(join(root, "prisma/generated/client.ts")) && readStamp("prisma-schema") === wanted) return;
  const node = join(root, "node_modules/node/bin/node");
  const runtime = existsSync(node) ? node : process.execPath;
  await runQuietly("generating the database client", runtime, [join(root, "node_modules/prisma/build/index.js"), "generate"], {
    // Generating never runs the schema engine, but looks for it and would download it; any executable will do.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
  });
  writeStamp("prisma-schema", wanted);
}
