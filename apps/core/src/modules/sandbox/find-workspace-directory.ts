import type { SessionId } from "../../platform/ids.ts";
import { directoryExists, placeOf } from "./directories.ts";
import { sandboxRuntime } from "./drivers.ts";
import { sandboxIdOf } from "./open-sandbox.ts";

/** Where the session's workspace lies on this machine; null when it was never filled, is removed, or lies on another one. */
export async function findWorkspaceDirectory(sessionId: SessionId): Promise<string | null> {
  const { workspace } = placeOf(sandboxRuntime().dataDirectory, sandboxIdOf(sessionId));
  return (await directoryExists(workspace)) ? workspace : null;
}
