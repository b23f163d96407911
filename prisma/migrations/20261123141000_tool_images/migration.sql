CREATE TABLE "ToolImage" (
    "partId" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "mime" TEXT NOT NULL,
    "content" BYTEA NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ToolImage_pkey" PRIMARY KEY ("partId","ordinal","workspaceId")
);
CREATE INDEX "ToolImage_workspaceId_sessionId_idx" ON "ToolImage"("workspaceId", "sessionId");
ALTER TABLE "ToolImage" ADD CONSTRAINT "ToolImage_sessionId_workspaceId_fkey" FOREIGN KEY ("sessionId", "workspaceId") REFERENCES "Session"("id", "workspaceId") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "ToolImage" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ToolImage" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "ToolImage" TO app_user
  USING ("workspaceId" = current_setting('app.workspace_id', true))
  WITH CHECK ("workspaceId" = current_setting('app.workspace_id', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON "ToolImage" TO app_user;
DO $$ BEGIN
  EXECUTE format('CREATE POLICY operator ON "ToolImage" TO %I USING (true) WITH CHECK (true)', current_user);
END $$;
