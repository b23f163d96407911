import { systemClock } from "../../platform/clock.ts";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import type { UserId } from "../../platform/ids.ts";
import { findUserByEmail, insertUser } from "./repo.ts";

/** The person with this address, made when there is none. For the first start and for seeds: the address counts as proven. */
export async function ensureUser(input: { email: string; name?: string }): Promise<{ id: UserId; created: boolean }> {
  const email = input.email.toLowerCase();
  return dangerouslyAcrossTenants("a person is no tenant's row", async (tx) => {
    const existing = await findUserByEmail(tx, email);
    if (existing) return { id: existing.id as UserId, created: false };
    const user = await insertUser(tx, { email, name: input.name ?? null, emailVerified: systemClock.now() });
    return { id: user.id as UserId, created: true };
  });
}
