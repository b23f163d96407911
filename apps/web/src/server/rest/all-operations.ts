import { connectRepositoryOperation, listRepositoriesOperation } from "./operations/repositories.ts";
import { followEventsOperation, getPatchOperation } from "./operations/session-downloads.ts";
import {
  abortSessionOperation,
  answerPermissionOperation,
  createSessionOperation,
  getDiffOperation,
  getSessionOperation,
  submitPromptOperation,
} from "./operations/sessions.ts";

/** Everything that the public API can do, in the order in which its document shows it. */
export const allOperations = [
  createSessionOperation,
  submitPromptOperation,
  getSessionOperation,
  followEventsOperation,
  abortSessionOperation,
  answerPermissionOperation,
  getDiffOperation,
  getPatchOperation,
  listRepositoriesOperation,
  connectRepositoryOperation,
] as const;
