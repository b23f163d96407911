import { defineConfig } from "vitest/config";

const setup = "tests/harness/setup/environment.ts";
const databaseSetup = ["tests/harness/setup/database.ts", setup];
const globalSetup = ["tests/harness/setup/global-database.ts"];

/** Every kind of test is a project: `npx vitest run --project unit`. Nothing retries. */
export default defineConfig({
  test: {
    retry: 0,
    passWithNoTests: true,
    // Two cores: more workers only make each other's time-outs.
    maxWorkers: 2,
    // What is polled for comes at once on a quiet machine; one that is busy must not fail for it.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{apps,prisma,emails,infra}/**/*.test.{ts,tsx}", "tests/harness/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/.next/**", "apps/core/src/modules/repositories/sample/files/**"],
          setupFiles: [setup],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          // next-auth imports "next/server", which only a bundler finds; "server-only" is Next's own and means nothing here.
          server: { deps: { inline: ["next-auth"] } },
          alias: { "server-only": "next/dist/compiled/server-only/empty.js" },
          setupFiles: databaseSetup,
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "tenancy",
          include: ["tests/tenancy/**/*.test.ts"],
          setupFiles: databaseSetup,
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "faults",
          include: ["tests/faults/**/*.test.ts"],
          setupFiles: [setup],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          setupFiles: [setup],
          globalSetup: ["tests/harness/setup/global-product.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
