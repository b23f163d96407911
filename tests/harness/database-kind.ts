export type DatabaseKind = "pglite" | "postgres";

/** Which database the tests run on: TEST_DATABASE=pglite (default) or postgres. */
export function databaseKind(): DatabaseKind {
  const kind = process.env.TEST_DATABASE ?? "pglite";
  if (kind !== "pglite" && kind !== "postgres") throw new Error(`TEST_DATABASE is "${kind}"; it must be pglite or postgres`);
  return kind;
}
