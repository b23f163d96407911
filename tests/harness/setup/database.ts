import { afterAll } from "vitest";
import { closeTestDatabase, testDatabase } from "../test-database.ts";

// Before the test file is imported, so that core's `env()` already finds this file's own database.
const database = await testDatabase();
process.env.DATABASE_URL = database.url;
process.env.DATABASE_EMBEDDED = database.kind === "pglite" ? "true" : "false";

afterAll(async () => {
  const { closeDatabase } = await import("@opencode/core/platform/database/database.ts");
  await closeDatabase();
  await closeTestDatabase();
});
