import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { migrate } from "@opencode/prisma/migrate.ts";
import { describe, expect, test } from "vitest";
import { testDatabase } from "../../harness/test-database.ts";

describe("the database of a test file", () => {
  test("is migrated, and migrating it again does nothing", async () => {
    const database = await testDatabase();
    expect(await migrate(database.url)).toEqual([]);
  });

  test("shows a tenant its own rows only, and refuses to write another's", async () => {
    const [mine, theirs] = [newId("workspace"), newId("workspace")];
    await dangerouslyAcrossTenants("two workspaces to look from", async (tx) => {
      await tx.workspace.createMany({
        data: [
          { id: mine, slug: "mine", name: "Mine" },
          { id: theirs, slug: "theirs", name: "Theirs" },
        ],
      });
    });
    const audit = (workspaceId: string) => ({ id: newId("audit"), workspaceId, actorKind: "system", actorId: "test", action: "test" });
    await withTenant(mine, (tx) => tx.auditEntry.create({ data: audit(mine) }));
    await withTenant(theirs, (tx) => tx.auditEntry.create({ data: audit(theirs) }));

    const seen = await withTenant(mine, (tx) => tx.auditEntry.findMany());
    expect(seen.map((entry) => entry.workspaceId)).toEqual([mine]);
    await expect(withTenant(mine, (tx) => tx.auditEntry.create({ data: audit(theirs) }))).rejects.toThrow(/row-level security/);
    await expect(withTenant(mine, (tx) => tx.auditEntry.deleteMany())).rejects.toThrow(/permission denied/);
  });
});
