import type { TestProject } from "vitest/node";
import { databaseKind } from "../database-kind.ts";
import { startNativePostgres } from "../native-postgres.ts";
import { preparePgliteTemplate } from "../pglite-template.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** PGlite: the file of the template's data directory. Postgres: the URL of the template database. */
    databaseTemplate: string;
  }
}

/** Once a project: the migrated database that every test file gets a copy of. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (databaseKind() === "pglite") {
    project.provide("databaseTemplate", await preparePgliteTemplate());
    return async () => undefined;
  }
  const server = await startNativePostgres();
  project.provide("databaseTemplate", server.templateUrl);
  return server.stop;
}
