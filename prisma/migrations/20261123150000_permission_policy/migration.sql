-- Rules above all others of a workspace, edited as one text: a row a workspace, with a version for two editors at once.
CREATE TABLE "PermissionPolicy" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "rules" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updatedById" TEXT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "PermissionPolicy_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE UNIQUE INDEX "PermissionPolicy_workspaceId_key" ON "PermissionPolicy"("workspaceId");
ALTER TABLE "PermissionPolicy" ADD CONSTRAINT "PermissionPolicy_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Rules that a session was created with; null: none.
ALTER TABLE "Session" ADD COLUMN "permission" JSONB;
-- settings: written there · answer: saved by "always", which also answers what a later layer would ask.
ALTER TABLE "PermissionRule" ADD COLUMN "source" TEXT NOT NULL DEFAULT 'settings';

DO $$
BEGIN
  ALTER TABLE "PermissionPolicy" ENABLE ROW LEVEL SECURITY;
  ALTER TABLE "PermissionPolicy" FORCE ROW LEVEL SECURITY;
  CREATE POLICY tenant ON "PermissionPolicy" TO app_user USING ("workspaceId" = current_setting('app.workspace_id', true)) WITH CHECK ("workspaceId" = current_setting('app.workspace_id', true));
  EXECUTE format('CREATE POLICY operator ON "PermissionPolicy" TO %I USING (true) WITH CHECK (true)', current_user);
  GRANT SELECT, INSERT, UPDATE, DELETE ON "PermissionPolicy" TO app_user;
END $$;
