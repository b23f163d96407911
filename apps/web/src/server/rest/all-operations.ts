import { answerQuestionOperation, listChildrenOperation } from "./operations/agents.ts";
import { chooseCompareOperation, createCompareOperation, getCompareOperation } from "./operations/compare.ts";
import { connectRepositoryOperation, listRepositoriesOperation, uploadArchiveOperation } from "./operations/repositories.ts";
import { followEventsOperation, getImageOperation, getPatchOperation } from "./operations/session-downloads.ts";
import { getBundleOperation, pushBranchOperation } from "./operations/session-work.ts";
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
  answerQuestionOperation,
  listChildrenOperation,
  getDiffOperation,
  getPatchOperation,
  getImageOperation,
  getBundleOperation,
  pushBranchOperation,
  createCompareOperation,
  getCompareOperation,
  chooseCompareOperation,
  listRepositoriesOperation,
  connectRepositoryOperation,
  uploadArchiveOperation,
] as const;
