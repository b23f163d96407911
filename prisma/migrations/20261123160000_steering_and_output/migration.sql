-- What of the input came out of the provider's cache, and what was written into it.
ALTER TABLE "Session" ADD COLUMN "cacheReadTokens" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "cacheWriteTokens" INTEGER NOT NULL DEFAULT 0;
-- The JSON schema that a turn's answer has to fit, and the answer; whether a turn only shortens the conversation.
ALTER TABLE "Turn" ADD COLUMN "outputSchema" JSONB, ADD COLUMN "output" JSONB,
  ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'prompt';

-- Messages for a turn that runs, until it takes them.
CREATE TABLE "SteerMessage" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "turnId" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "clientRequestId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SteerMessage_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE UNIQUE INDEX "SteerMessage_workspaceId_sessionId_clientRequestId_key" ON "SteerMessage"("workspaceId", "sessionId", "clientRequestId");
CREATE INDEX "SteerMessage_workspaceId_turnId_state_idx" ON "SteerMessage"("workspaceId", "turnId", "state");
ALTER TABLE "SteerMessage" ADD CONSTRAINT "SteerMessage_turnId_workspaceId_fkey" FOREIGN KEY ("turnId", "workspaceId") REFERENCES "Turn"("id", "workspaceId") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "SteerMessage" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "SteerMessage" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "SteerMessage" TO app_user USING ("workspaceId" = current_setting('app.workspace_id', true)) WITH CHECK ("workspaceId" = current_setting('app.workspace_id', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON "SteerMessage" TO app_user;
DO $$
BEGIN
  EXECUTE format('CREATE POLICY operator ON "SteerMessage" TO %I USING (true) WITH CHECK (true)', current_user);
END $$;
