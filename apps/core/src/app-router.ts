import { authRouter } from "./modules/auth/index.ts";
import { billingRouter } from "./modules/billing/index.ts";
import { mcpRouter } from "./modules/mcp/index.ts";
import { providersRouter } from "./modules/providers/index.ts";
import { repositoriesRouter } from "./modules/repositories/index.ts";
import { previewsRouter, sandboxesRouter } from "./modules/sandbox/index.ts";
import {
  agentsRouter,
  compareRouter,
  permissionRulesRouter,
  policyRouter,
  sessionFilesRouter,
  sessionsRouter,
  sessionWorkRouter,
} from "./modules/sessions/index.ts";
import { skillsRouter } from "./modules/skills/index.ts";
import { apiKeysRouter, auditRouter, invitesRouter, membersRouter, router, workspacesRouter } from "./modules/tenancy/index.ts";
import { searchKeysRouter } from "./modules/tools/index.ts";

/** Everything that a browser may ask for. */
export const appRouter = router({
  auth: authRouter,
  workspaces: workspacesRouter,
  members: membersRouter,
  invites: invitesRouter,
  apiKeys: apiKeysRouter,
  audit: auditRouter,
  providers: providersRouter,
  billing: billingRouter,
  repositories: repositoriesRouter,
  sandboxes: sandboxesRouter,
  previews: previewsRouter,
  sessions: sessionsRouter,
  sessionFiles: sessionFilesRouter,
  sessionWork: sessionWorkRouter,
  agents: agentsRouter,
  compare: compareRouter,
  permissionRules: permissionRulesRouter,
  policy: policyRouter,
  skills: skillsRouter,
  searchKeys: searchKeysRouter,
  mcp: mcpRouter,
});

export type AppRouter = typeof appRouter;
