-- Sub-agents are sessions of their own under the call that started them; best-of-N sessions share a group.
ALTER TABLE "Session" ADD COLUMN "parentSessionId" TEXT,
  ADD COLUMN "parentTurnId" TEXT,
  ADD COLUMN "parentCallId" TEXT,
  ADD COLUMN "rootSessionId" TEXT,
  ADD COLUMN "depth" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "compareGroupId" TEXT;
ALTER TABLE "Turn" ADD COLUMN "agent" TEXT;
ALTER TABLE "PermissionRequest" ADD COLUMN "questions" JSONB, ADD COLUMN "answers" JSONB;

CREATE TABLE "CustomAgent" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "definition" TEXT NOT NULL,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "CustomAgent_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE TABLE "CustomCommand" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "definition" TEXT NOT NULL,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "CustomCommand_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE TABLE "CompareGroup" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "repositoryId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "prompt" TEXT NOT NULL,
    "clientRequestId" TEXT,
    "createdById" TEXT NOT NULL,
    "chosenSessionId" TEXT,
    "chosenById" TEXT,
    "chosenAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CompareGroup_pkey" PRIMARY KEY ("id","workspaceId")
);

-- The same call never starts two children.
CREATE UNIQUE INDEX "Session_workspaceId_parentSessionId_parentCallId_key" ON "Session"("workspaceId", "parentSessionId", "parentCallId");
CREATE INDEX "Session_workspaceId_rootSessionId_idx" ON "Session"("workspaceId", "rootSessionId");
CREATE INDEX "Session_workspaceId_compareGroupId_idx" ON "Session"("workspaceId", "compareGroupId");
CREATE UNIQUE INDEX "CustomAgent_workspaceId_name_key" ON "CustomAgent"("workspaceId", "name");
CREATE UNIQUE INDEX "CustomCommand_workspaceId_name_key" ON "CustomCommand"("workspaceId", "name");
CREATE UNIQUE INDEX "CompareGroup_workspaceId_clientRequestId_key" ON "CompareGroup"("workspaceId", "clientRequestId");
CREATE INDEX "CompareGroup_workspaceId_createdAt_idx" ON "CompareGroup"("workspaceId", "createdAt");

ALTER TABLE "CustomAgent" ADD CONSTRAINT "CustomAgent_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "CustomCommand" ADD CONSTRAINT "CustomCommand_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "CompareGroup" ADD CONSTRAINT "CompareGroup_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "CompareGroup" ADD CONSTRAINT "CompareGroup_repositoryId_workspaceId_fkey" FOREIGN KEY ("repositoryId", "workspaceId") REFERENCES "Repository"("id", "workspaceId") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Session" ADD CONSTRAINT "Session_parentSessionId_workspaceId_fkey" FOREIGN KEY ("parentSessionId", "workspaceId") REFERENCES "Session"("id", "workspaceId") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Session" ADD CONSTRAINT "Session_compareGroupId_workspaceId_fkey" FOREIGN KEY ("compareGroupId", "workspaceId") REFERENCES "CompareGroup"("id", "workspaceId") ON DELETE RESTRICT ON UPDATE CASCADE;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['CustomAgent','CustomCommand','CompareGroup'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO app_user USING ("workspaceId" = current_setting(''app.workspace_id'', true)) WITH CHECK ("workspaceId" = current_setting(''app.workspace_id'', true))', t);
    EXECUTE format('CREATE POLICY operator ON %I TO %I USING (true) WITH CHECK (true)', t, current_user);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app_user', t);
  END LOOP;
END $$;
