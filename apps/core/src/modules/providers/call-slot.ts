import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { abortedCall } from "./provider-error.ts";
import { deleteTicket, insertTicket, renewTicket, tryGrant } from "./ticket-repo.ts";

/**
 * Waits for one of the workspace's places for model calls, first come, first served; answers how to give it back.
 * The place is a row that is renewed while it is held, so that a killed process gives it back by not renewing it.
 * Throws ProviderError "aborted" when the signal fires while it waits.
 */
export async function takeCallSlot(workspaceId: WorkspaceId, most: number, signal: AbortSignal): Promise<() => Promise<void>> {
  const id = newId("modelTicket");
  const give = () =>
    withTenant(workspaceId, (tx) => deleteTicket(tx, workspaceId, id)).catch((cause: unknown) => {
      logger.warn({ err: cause }, "providers: a call's place was not given back; it expires by itself");
    });
  await withTenant(workspaceId, (tx) => insertTicket(tx, workspaceId, id, systemClock.now()));
  try {
    while (!(await withTenant(workspaceId, (tx) => tryGrant(tx, workspaceId, id, most, systemClock.now())))) {
      await delay(limits.model.ticketPollMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw abortedCall();
    }
  } catch (error) {
    await give();
    throw error;
  }
  const renewal = setInterval(() => {
    withTenant(workspaceId, (tx) => renewTicket(tx, workspaceId, id, systemClock.now())).catch(() => undefined);
  }, limits.model.ticketRenewMs);
  renewal.unref();
  return async () => {
    clearInterval(renewal);
    await give();
  };
}
