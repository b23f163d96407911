import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";

export const roles = ["owner", "admin", "member", "viewer"] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

export const slugSchema = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(48);
export const workspaceNameSchema = z.string().trim().min(1, "Give the workspace a name.").max(80);

export const apiKeyScopes = ["sessions:read", "sessions:write"] as const;
export const apiKeyScopeSchema = z.enum(apiKeyScopes);
export type ApiKeyScope = z.infer<typeof apiKeyScopeSchema>;

export const workspaceSchema = z.object({
  id: idSchema("workspace"),
  slug: slugSchema,
  name: z.string(),
  isDemo: z.boolean(),
  role: roleSchema,
});
export type WorkspaceView = z.infer<typeof workspaceSchema>;
