-- Which workers there are, and which machine's directory (DATA_DIR) each of them serves. No tenant's.
CREATE TABLE "Worker" (
    "machineId" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL,
    "heartbeatAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Worker_pkey" PRIMARY KEY ("machineId","address")
);

ALTER TABLE "Sandbox" ADD COLUMN "machineId" TEXT;
ALTER TABLE "Repository" ADD COLUMN "machineId" TEXT;

-- A link to a preview is good once, whichever worker is asked.
CREATE TABLE "UsedPreviewLink" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "UsedPreviewLink_pkey" PRIMARY KEY ("id","workspaceId")
);
ALTER TABLE "UsedPreviewLink" ADD CONSTRAINT "UsedPreviewLink_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "UsedPreviewLink" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "UsedPreviewLink" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "UsedPreviewLink" TO app_user
  USING ("workspaceId" = current_setting('app.workspace_id', true))
  WITH CHECK ("workspaceId" = current_setting('app.workspace_id', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON "UsedPreviewLink" TO app_user;
DO $$
BEGIN
  EXECUTE format('CREATE POLICY operator ON "UsedPreviewLink" TO %I USING (true) WITH CHECK (true)', current_user);
END $$;
