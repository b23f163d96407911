-- Pictures of a message to a running turn, until it takes it.
ALTER TABLE "SteerMessage" ADD COLUMN "pictures" JSONB;
