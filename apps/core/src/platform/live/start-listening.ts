import { env } from "../env.ts";
import { listenPostgres } from "./postgres-transport.ts";
import { joinStream } from "./stream-transport.ts";

/** Hears the hints of other processes from now on. */
export function startListening(): void {
  if (env().DATABASE_EMBEDDED) joinStream();
  else listenPostgres();
}
