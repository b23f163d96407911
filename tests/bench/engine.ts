import { countSurvivors } from "../faults/engine/survivors.ts";
import { startBed } from "./parts/engine/bed.ts";
import { type BenchDatabase, startPglite, startPostgres } from "./parts/engine/database.ts";
import { measureBed } from "./parts/engine/measure.ts";

/**
 * The single-machine engine against the real SDK, on PGlite and on a Postgres server: throughput, latency, cost of a
 * step, memory, idle CPU, start-up. `--quick` takes a tenth of the runs; `pglite` or `postgres` measures one alone.
 */
export async function run({ args }: { args: string[] }): Promise<Record<string, unknown>> {
  const scale = args.includes("--quick") ? 0.1 : 1;
  const wanted = (kind: string): boolean => !args.some((arg) => arg === "pglite" || arg === "postgres") || args.includes(kind);
  const results: Record<string, unknown> = {};
  if (wanted("pglite")) results.pglite = await measure("pglite", await startPglite(), scale);
  if (wanted("postgres")) {
    const server = await startPostgres();
    results.postgres = server ? await measure("postgres", server, scale) : null;
  }
  if (wanted("pglite")) {
    const { sleeping, inStep, of } = await countSurvivors();
    process.stderr.write(`kill -9 of the engine: ${sleeping} sleeping and ${inStep} in-step runs of ${of} end\n`);
    results.survivors = { sleeping, inStep, of };
  }
  return results;
}

async function measure(kind: string, database: BenchDatabase, scale: number): Promise<Record<string, unknown>> {
  const say = (line: string): void => void process.stderr.write(`${kind}: ${line}\n`);
  try {
    const bed = await startBed(database);
    try {
      say(`start to /health: ${Math.round(bed.startMs)} ms`);
      return await measureBed(bed, say, scale);
    } finally {
      await bed.stop();
    }
  } finally {
    await database.stop();
  }
}
