import { AppError } from "../../platform/errors.ts";
import { logger } from "../../platform/logger.ts";
import { connectAgent } from "./agent/connect-agent.ts";
import type { AgentConnection } from "./agent/connection.ts";
import type { ExecAccess } from "./contract.ts";
import { companionKind, companionKinds, companionPlace, type SandboxDriver, type SandboxPlace } from "./driver.ts";

/** A way to the agent that holds a command to its access, started when it doesn't run yet. Throws UNAVAILABLE when there is none. */
export type Hold = (access: ExecAccess) => Promise<AgentConnection>;

/** Connections to a sandbox's companions; null where the driver holds each command by itself. */
export function companionsOf(driver: SandboxDriver, place: SandboxPlace): { readonly hold: Hold; close(): void } | null {
  if (!driver.hold) return null;
  const known = new Map<string, Promise<AgentConnection>>();
  const start = async (access: ExecAccess): Promise<AgentConnection> => {
    try {
      const connection = await connectAgent(driver, (await driver.hold?.(place, access)) ?? place);
      if (connection) return connection;
    } catch (error) {
      logger.warn({ err: error, sandboxId: place.sandboxId }, "a sandbox's companion could not be started");
      if (error instanceof AppError) throw error;
    }
    throw new AppError("UNAVAILABLE", "What holds this command to less than others could not be started. The command was not run.", {
      retryAfterSeconds: 5,
    });
  };
  return {
    hold: async (access) => {
      const kind = companionKind(access) ?? "";
      const before = known.get(kind);
      const connection = await before?.catch(() => null);
      if (connection?.open) return connection;
      const now = known.get(kind);
      if (now && now !== before) return now; // somebody who asked at the same time has begun
      const starting = start(access);
      known.set(kind, starting);
      return starting;
    },
    close: () => {
      for (const starting of known.values()) {
        starting.then(
          (connection) => connection.close(),
          () => undefined,
        );
      }
    },
  };
}

/** The calls that run in a sandbox or in one of its companions; none when nothing answers. */
export async function runningCalls(driver: SandboxDriver, place: SandboxPlace): Promise<readonly string[]> {
  const places = [place, ...(driver.hold ? companionKinds.map((kind) => companionPlace(place, kind)) : [])];
  const running = await Promise.all(
    places.map(async (one) => {
      const connection = await connectAgent(driver, one);
      connection?.close();
      return connection?.running ?? [];
    }),
  );
  return running.flat();
}
