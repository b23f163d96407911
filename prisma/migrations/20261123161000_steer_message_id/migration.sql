-- The message that a message to a running turn became.
ALTER TABLE "SteerMessage" ADD COLUMN "messageId" TEXT;
