export { findMembershipBySlug } from "./find-membership.ts";
export { type Permission, roleMay } from "./permissions.ts";
export {
  createCallerFactory,
  publicProcedure,
  type RequestContext,
  router,
  userProcedure,
  type WorkspaceScope,
  workspaceProcedure,
} from "./procedures.ts";
export { type AuditRecord, recordAudit } from "./record-audit.ts";
