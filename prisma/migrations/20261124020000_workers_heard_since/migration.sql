-- Since when a worker is heard of without a gap: who is silent meanwhile is gone.
ALTER TABLE "Worker" ADD COLUMN "heardSince" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
