-- Reverting keeps what it hides: rows are marked, the log stays. A fork knows where it comes from.
ALTER TABLE "Session" ADD COLUMN "revert" JSONB,
  ADD COLUMN "forkedFromSessionId" TEXT,
  ADD COLUMN "forkedFromMessageId" TEXT;
ALTER TABLE "Message" ADD COLUMN "revertedAt" TIMESTAMP(3);
ALTER TABLE "Part" ADD COLUMN "revertedAt" TIMESTAMP(3);
CREATE INDEX "Session_workspaceId_forkedFromSessionId_idx" ON "Session"("workspaceId", "forkedFromSessionId");

-- Deploy keys, uploads, and what is to be known of a large repository.
ALTER TABLE "Repository" ADD COLUMN "sealedKey" BYTEA,
  ADD COLUMN "publicKey" TEXT,
  ADD COLUMN "knownHosts" TEXT,
  ADD COLUMN "mirrorKind" TEXT NOT NULL DEFAULT 'full',
  ADD COLUMN "notes" JSONB;

CREATE TABLE "SessionPush" (
    "sessionId" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "requestId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "actorKind" TEXT NOT NULL,
    "actorId" TEXT NOT NULL,
    "commit" TEXT,
    "treeId" TEXT,
    "pushedCommit" TEXT,
    "url" TEXT,
    "error" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "SessionPush_pkey" PRIMARY KEY ("sessionId","workspaceId")
);
ALTER TABLE "SessionPush" ADD CONSTRAINT "SessionPush_sessionId_workspaceId_fkey" FOREIGN KEY ("sessionId", "workspaceId") REFERENCES "Session"("id", "workspaceId") ON DELETE CASCADE ON UPDATE CASCADE;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['SessionPush'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO app_user USING ("workspaceId" = current_setting(''app.workspace_id'', true)) WITH CHECK ("workspaceId" = current_setting(''app.workspace_id'', true))', t);
    EXECUTE format('CREATE POLICY operator ON %I TO %I USING (true) WITH CHECK (true)', t, current_user);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app_user', t);
  END LOOP;
END $$;
