import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import { logger } from "../../../platform/logger.ts";
import { forgetSession } from "../../repositories/index.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { getSessionRecord } from "../repo.ts";

/**
 * Takes away the files of a fork that could not be written down: without its row nobody ever would. They stay where the
 * row is there after all (only the answer to its commit was lost), or where nobody can say. Never fails.
 */
export async function dropFailedFork(target: SessionKey, repositoryId: RepositoryId): Promise<void> {
  try {
    if (await isMissing(target)) await forgetSession({ ...target, repositoryId });
  } catch (err) {
    logger.warn({ err, sessionId: target.sessionId }, "sessions: the files of a fork that failed were left");
  }
}

function isMissing(target: SessionKey): Promise<boolean> {
  return withTenant(target.workspaceId, (tx) => getSessionRecord(tx, target)).then(
    () => false,
    (error: unknown) => {
      if (error instanceof AppError && error.code === "NOT_FOUND") return true;
      throw error;
    },
  );
}
