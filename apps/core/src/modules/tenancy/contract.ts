import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";

export const roles = ["owner", "admin", "member", "viewer"] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

export const slugSchema = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(48);
export const workspaceNameSchema = z
  .string()
  .trim()
  .min(1, "Give the workspace a name.")
  .max(80, "A workspace's name may have 80 characters at most.")
  .refine((name) => !/\p{Cc}/u.test(name), "The name holds control characters.");

export const apiKeyScopes = ["sessions:read", "sessions:write", "repositories:read", "repositories:write"] as const;
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

export const memberSchema = z.object({
  id: idSchema("member"),
  userId: idSchema("user"),
  name: z.string().nullable(),
  email: z.string(),
  role: roleSchema,
  createdAt: z.date(),
  isYou: z.boolean(),
});
export type MemberView = z.infer<typeof memberSchema>;

export const changeRoleSchema = z.object({ memberId: idSchema("member"), role: roleSchema });

export const emailSchema = z.string().trim().toLowerCase().pipe(z.email("This is no e-mail address.").max(254));
export const createInviteSchema = z.object({ email: emailSchema, role: roleSchema });
/** The secret of an invitation's link; only its hash is stored. */
const brokenLink = "The link is not whole. Open it as it stands in the invitation, or ask for a new one.";
export const inviteTokenSchema = z.string().min(20, brokenLink).max(100, brokenLink);

export const inviteSchema = z.object({
  id: idSchema("invite"),
  email: z.string(),
  role: roleSchema,
  expiresAt: z.date(),
  createdAt: z.date(),
  invitedByName: z.string().nullable(),
});
export type InviteView = z.infer<typeof inviteSchema>;

export interface InvitePreview {
  readonly workspaceName: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedByName: string | null;
}

export const createApiKeySchema = z.object({
  name: z.string().trim().min(1, "Give the key a name.").max(80),
  scopes: z
    .array(apiKeyScopeSchema)
    .min(1, "Choose at least one scope.")
    .transform((scopes) => [...new Set(scopes)]),
  expiresInDays: z.int().min(1).max(3_650).optional(),
});

export const apiKeySchema = z.object({
  id: idSchema("apiKey"),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(apiKeyScopeSchema),
  createdAt: z.date(),
  lastUsedAt: z.date().nullable(),
  expiresAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
});
export type ApiKeyView = z.infer<typeof apiKeySchema>;

export const auditItemSchema = z.object({
  id: idSchema("audit"),
  actorKind: z.enum(["user", "api_key", "system"]),
  actorId: z.string(),
  /** a member's name or address, a key's name; null when the actor has left or is the product itself */
  actorName: z.string().nullable(),
  action: z.string(),
  subjectId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  createdAt: z.date(),
});
export type AuditItem = z.infer<typeof auditItemSchema>;
