import { hostname } from "node:os";
import { env } from "./env.ts";

/** Names this process so that it finds again after a restart what it held: the same on the same machine and port. */
export function processName(): string {
  return `${hostname()}/${env().SERVICE_NAME}:${env().WORKER_PORT}`;
}
