CREATE TABLE "SkillFile" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "skillId" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "content" BYTEA NOT NULL,
    "sizeBytes" INTEGER NOT NULL,

    CONSTRAINT "SkillFile_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE UNIQUE INDEX "SkillFile_workspaceId_skillId_path_key" ON "SkillFile"("workspaceId", "skillId", "path");
ALTER TABLE "SkillFile" ADD CONSTRAINT "SkillFile_skillId_workspaceId_fkey" FOREIGN KEY ("skillId", "workspaceId") REFERENCES "Skill"("id", "workspaceId") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "SkillFile" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "SkillFile" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "SkillFile" TO app_user
  USING ("workspaceId" = current_setting('app.workspace_id', true))
  WITH CHECK ("workspaceId" = current_setting('app.workspace_id', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON "SkillFile" TO app_user;
DO $$ BEGIN
  EXECUTE format('CREATE POLICY operator ON "SkillFile" TO %I USING (true) WITH CHECK (true)', current_user);
END $$;

ALTER TABLE "McpServer" ADD COLUMN "signInVersion" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "renewingUntil" TIMESTAMP(3);
