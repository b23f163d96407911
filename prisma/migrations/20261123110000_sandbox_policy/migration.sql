CREATE TABLE "SandboxReport" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "setup" JSONB,
    "network" JSONB NOT NULL DEFAULT '{}',
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "SandboxReport_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE TABLE "WorkspaceSandboxPolicy" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "policy" JSONB NOT NULL,
    "updatedById" TEXT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "WorkspaceSandboxPolicy_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE TABLE "SetupSecret" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "SetupSecret_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE UNIQUE INDEX "SetupSecret_workspaceId_name_key" ON "SetupSecret"("workspaceId", "name");
ALTER TABLE "SandboxReport" ADD CONSTRAINT "SandboxReport_id_workspaceId_fkey" FOREIGN KEY ("id", "workspaceId") REFERENCES "Sandbox"("id", "workspaceId") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "WorkspaceSandboxPolicy" ADD CONSTRAINT "WorkspaceSandboxPolicy_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "SetupSecret" ADD CONSTRAINT "SetupSecret_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['SandboxReport','WorkspaceSandboxPolicy','SetupSecret'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO app_user USING ("workspaceId" = current_setting(''app.workspace_id'', true)) WITH CHECK ("workspaceId" = current_setting(''app.workspace_id'', true))', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app_user', t);
    EXECUTE format('CREATE POLICY operator ON %I TO %I USING (true) WITH CHECK (true)', t, current_user);
  END LOOP;
END $$;
