-- What a workspace sets about models, budgets with their counters, and what the workers share about calls.
ALTER TABLE "ProviderKey" ADD COLUMN "fields" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "UsageEntry" ADD COLUMN "userId" TEXT,
  ADD COLUMN "rootSessionId" TEXT,
  ADD COLUMN "priceKnown" BOOLEAN NOT NULL DEFAULT true;

CREATE TABLE "ModelSettings" (
    "workspaceId" TEXT NOT NULL,
    "rules" JSONB NOT NULL DEFAULT '[]',
    "chains" JSONB NOT NULL DEFAULT '[]',
    "unknownPrice" TEXT NOT NULL DEFAULT 'count-zero',
    "maxConcurrentCalls" INTEGER,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ModelSettings_pkey" PRIMARY KEY ("workspaceId")
);
CREATE TABLE "CustomModel" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "modelId" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "contextTokens" INTEGER,
    "maxOutputTokens" INTEGER,
    "price" JSONB,
    "abilities" JSONB NOT NULL DEFAULT '{}',
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CustomModel_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE TABLE "ModelCircuit" (
    "workspaceId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "openUntil" TIMESTAMP(3),
    "probeUntil" TIMESTAMP(3),
    "lastCode" TEXT,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ModelCircuit_pkey" PRIMARY KEY ("workspaceId","source")
);
CREATE TABLE "ModelCallTicket" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "grantedAt" TIMESTAMP(3),
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ModelCallTicket_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE TABLE "Budget" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL DEFAULT '',
    "period" TEXT NOT NULL,
    "limitMicros" BIGINT NOT NULL,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Budget_pkey" PRIMARY KEY ("id","workspaceId")
);
CREATE TABLE "BudgetCounter" (
    "workspaceId" TEXT NOT NULL,
    "budgetId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "spentMicros" BIGINT NOT NULL DEFAULT 0,
    "reservedMicros" BIGINT NOT NULL DEFAULT 0,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "BudgetCounter_pkey" PRIMARY KEY ("workspaceId","budgetId","subjectId","period")
);
CREATE TABLE "BudgetReservation" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "counters" JSONB NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BudgetReservation_pkey" PRIMARY KEY ("id","workspaceId")
);

CREATE UNIQUE INDEX "CustomModel_workspaceId_modelId_key" ON "CustomModel"("workspaceId", "modelId");
CREATE INDEX "ModelCallTicket_workspaceId_expiresAt_idx" ON "ModelCallTicket"("workspaceId", "expiresAt");
CREATE UNIQUE INDEX "Budget_workspaceId_scope_subjectId_period_key" ON "Budget"("workspaceId", "scope", "subjectId", "period");
CREATE INDEX "BudgetReservation_workspaceId_expiresAt_idx" ON "BudgetReservation"("workspaceId", "expiresAt");
CREATE INDEX "UsageEntry_workspaceId_rootSessionId_idx" ON "UsageEntry"("workspaceId", "rootSessionId");

ALTER TABLE "ModelSettings" ADD CONSTRAINT "ModelSettings_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "CustomModel" ADD CONSTRAINT "CustomModel_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ModelCircuit" ADD CONSTRAINT "ModelCircuit_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ModelCallTicket" ADD CONSTRAINT "ModelCallTicket_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Budget" ADD CONSTRAINT "Budget_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "BudgetCounter" ADD CONSTRAINT "BudgetCounter_budgetId_workspaceId_fkey" FOREIGN KEY ("budgetId", "workspaceId") REFERENCES "Budget"("id", "workspaceId") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "BudgetReservation" ADD CONSTRAINT "BudgetReservation_sessionId_workspaceId_fkey" FOREIGN KEY ("sessionId", "workspaceId") REFERENCES "Session"("id", "workspaceId") ON DELETE CASCADE ON UPDATE CASCADE;

-- Whose earlier calls were.
UPDATE "UsageEntry" u SET "rootSessionId" = COALESCE(s."rootSessionId", s.id),
  "userId" = CASE s."actorKind" WHEN 'user' THEN s."actorId"
    WHEN 'api_key' THEN (SELECT k."createdById" FROM "ApiKey" k WHERE k.id = s."actorId" AND k."workspaceId" = s."workspaceId") END
  FROM "Session" s WHERE s.id = u."sessionId" AND s."workspaceId" = u."workspaceId";

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['ModelSettings','CustomModel','ModelCircuit','ModelCallTicket','Budget','BudgetCounter','BudgetReservation'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO app_user USING ("workspaceId" = current_setting(''app.workspace_id'', true)) WITH CHECK ("workspaceId" = current_setting(''app.workspace_id'', true))', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app_user', t);
    EXECUTE format('CREATE POLICY operator ON %I TO %I USING (true) WITH CHECK (true)', t, current_user);
  END LOOP;
END $$;
