import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";

/** Opens PGlite with pgvector: in `directory`, or in memory when none is given, filled from `template` if there is one. */
export async function openDatabase(options: { directory?: string; template?: Blob }): Promise<PGlite> {
  return PGlite.create({
    ...(options.directory === undefined ? {} : { dataDir: options.directory }),
    ...(options.template === undefined ? {} : { loadDataDir: options.template }),
    extensions: { vector },
  });
}
