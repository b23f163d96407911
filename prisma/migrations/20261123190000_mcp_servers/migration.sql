CREATE TABLE "McpServer" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "repositoryId" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "url" TEXT,
    "command" JSONB NOT NULL DEFAULT '[]',
    "environment" JSONB NOT NULL DEFAULT '{}',
    "sealedHeaders" BYTEA,
    "sealedSignIn" BYTEA,
    "signInHash" TEXT,
    "signInUserId" TEXT,
    "signInUntil" TIMESTAMP(3),
    "configHash" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "approvedById" TEXT,
    "tools" JSONB NOT NULL DEFAULT '[]',
    "toolsAt" TIMESTAMP(3),
    "disabledTools" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "status" TEXT NOT NULL DEFAULT 'new',
    "lastError" TEXT,
    "createdById" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "McpServer_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE UNIQUE INDEX "McpServer_workspaceId_repositoryId_name_key" ON "McpServer"("workspaceId", "repositoryId", "name");
ALTER TABLE "McpServer" ADD CONSTRAINT "McpServer_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "McpServer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "McpServer" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "McpServer" TO app_user
  USING ("workspaceId" = current_setting('app.workspace_id', true))
  WITH CHECK ("workspaceId" = current_setting('app.workspace_id', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON "McpServer" TO app_user;
DO $$ BEGIN
  EXECUTE format('CREATE POLICY operator ON "McpServer" TO %I USING (true) WITH CHECK (true)', current_user);
END $$;
