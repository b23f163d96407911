import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import { findUserByEmail, insertUser } from "./repo.ts";

const reason = "a person is no tenant's row";

export interface NewUser {
  readonly email: string;
  readonly name: string | null;
  readonly image: string | null;
  /** when the address was proven; null when somebody else (GitHub) vouches for it */
  readonly emailVerified: Date | null;
}

/** A new person. Addresses are kept in lower case: one person has one, however it was typed. */
export async function createUser(user: NewUser) {
  return dangerouslyAcrossTenants(reason, (tx) => insertUser(tx, { ...user, email: user.email.toLowerCase() }));
}

/** The person with this address, or null. */
export async function findUser(email: string) {
  return dangerouslyAcrossTenants(reason, (tx) => findUserByEmail(tx, email.toLowerCase()));
}
