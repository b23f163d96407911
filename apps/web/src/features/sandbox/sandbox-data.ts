import type { AppRouter } from "@opencode/core/app-router.ts";
import type { inferRouterOutputs } from "@trpc/server";

type Outputs = inferRouterOutputs<AppRouter>["sandboxes"];

/** What `sandboxes.get` answers. */
export type SandboxData = Outputs["get"];
/** What `sandboxes.policy.get` answers. */
export type PolicyData = Outputs["policy"]["get"];
