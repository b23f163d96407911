/** The person whom a single machine belongs to; signs in by the link on the console. */
export const owner = { email: "owner@opencode.local", name: "Owner" } as const;
