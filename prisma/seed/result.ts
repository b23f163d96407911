import { closeDatabase } from "@opencode/core/platform/database/database.ts";

/** Runs a script with its one JSON argument and prints its result as the last line of stdout. */
export async function printResult(work: (input: unknown) => Promise<unknown>): Promise<void> {
  try {
    const result = await work(JSON.parse(process.argv[2] ?? "{}"));
    await new Promise((written) => process.stdout.write(`${JSON.stringify(result)}\n`, written));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await closeDatabase();
    // What was written to the outbox is sent by the worker's dispatcher; this process need not see to it.
    process.exit();
  }
}
