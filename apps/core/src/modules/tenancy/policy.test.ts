import { describe, expect, it } from "vitest";
import { slugSchema } from "./contract.ts";
import { type Permission, roleMay } from "./permissions.ts";
import { assertMayChangeRole, assertMayGrant, assertMayRemove, slugFrom } from "./policy.ts";

describe("roles", () => {
  it("lets only an owner make, change or remove owners", () => {
    expect(() => assertMayGrant("admin", "owner")).toThrow(/Only an owner/);
    expect(() => assertMayGrant("admin", "admin")).not.toThrow();
    expect(() => assertMayChangeRole({ actorRole: "admin", targetRole: "owner", newRole: "member", ownerCount: 2 })).toThrow(
      /Only an owner/,
    );
    expect(() => assertMayRemove({ actorRole: "admin", targetRole: "owner", ownerCount: 2 })).toThrow(/Only an owner/);
    expect(() => assertMayRemove({ actorRole: "admin", targetRole: "admin", ownerCount: 1 })).not.toThrow();
  });

  it("keeps the last owner", () => {
    expect(() => assertMayChangeRole({ actorRole: "owner", targetRole: "owner", newRole: "admin", ownerCount: 1 })).toThrow(/last owner/);
    expect(() => assertMayChangeRole({ actorRole: "owner", targetRole: "owner", newRole: "owner", ownerCount: 1 })).not.toThrow();
    expect(() => assertMayChangeRole({ actorRole: "owner", targetRole: "owner", newRole: "admin", ownerCount: 2 })).not.toThrow();
    expect(() => assertMayRemove({ actorRole: "owner", targetRole: "owner", ownerCount: 1 })).toThrow(/last owner/);
  });

  it("refuses a permission that the table does not have", () => {
    expect(roleMay("owner", "nothing.known" as Permission)).toBe(false);
    expect(roleMay("viewer", "sessions.write")).toBe(false);
    expect(roleMay("viewer", "sessions.read")).toBe(true);
  });
});

describe("slugFrom", () => {
  it.each([
    ["Acme GmbH & Co.", "acme-gmbh-co"],
    ["Café Zürich", "cafe-zurich"],
    ["日本", "workspace"],
    [`${"long name ".repeat(10)}`, "long-name-long-name-long-name-long-name"],
  ])("%s → %s", (name, slug) => {
    expect(slugFrom(name)).toBe(slug);
    expect(slugSchema.safeParse(slugFrom(name)).success).toBe(true);
  });
});
