import { authRouter } from "./modules/auth/index.ts";
import { apiKeysRouter, auditRouter, invitesRouter, membersRouter, router, workspacesRouter } from "./modules/tenancy/index.ts";

/** Everything that a browser may ask for. */
export const appRouter = router({
  auth: authRouter,
  workspaces: workspacesRouter,
  members: membersRouter,
  invites: invitesRouter,
  apiKeys: apiKeysRouter,
  audit: auditRouter,
});

export type AppRouter = typeof appRouter;
