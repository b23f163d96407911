import type { Role } from "@opencode/core/modules/tenancy/contract.ts";

/** What a role may do, for people. */
export const roleTexts: Readonly<Record<Role, { readonly label: string; readonly note: string }>> = {
  owner: { label: "Owner", note: "Everything, and the workspace itself" },
  admin: { label: "Admin", note: "Members, keys and settings" },
  member: { label: "Member", note: "Sessions and repositories" },
  viewer: { label: "Viewer", note: "Watches" },
};
