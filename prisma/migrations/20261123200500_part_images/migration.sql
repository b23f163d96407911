-- Pictures are kept of prompts as well as of calls.
ALTER TABLE "ToolImage" RENAME TO "PartImage";
ALTER TABLE "PartImage" RENAME CONSTRAINT "ToolImage_pkey" TO "PartImage_pkey";
ALTER TABLE "PartImage" RENAME CONSTRAINT "ToolImage_sessionId_workspaceId_fkey" TO "PartImage_sessionId_workspaceId_fkey";
ALTER INDEX "ToolImage_workspaceId_sessionId_idx" RENAME TO "PartImage_workspaceId_sessionId_idx";
