import { z } from "zod";

export const permissionActionSchema = z.enum(["allow", "ask", "deny"]);
export type PermissionAction = z.infer<typeof permissionActionSchema>;

/** One rule: the last one that matches wins. `*` and `?` are wildcards. */
export const permissionRuleSchema = z.object({
  permission: z.string().min(1).max(64),
  pattern: z.string().min(1).max(2_000),
  action: permissionActionSchema,
});
export type PermissionRule = z.infer<typeof permissionRuleSchema>;

export const permissionReplySchema = z.enum(["once", "always", "reject"]);
export type PermissionReply = z.infer<typeof permissionReplySchema>;

/** What a call touches, judged by the policy before it runs. */
export interface PermissionSubject {
  /** a permission's key: bash, edit, read, … */
  readonly permission: string;
  /** each of them is judged; the strictest answer counts */
  readonly targets: readonly string[];
  /** the pattern that "always" would save */
  readonly alwaysRule: string;
}

export interface ToolResult {
  /** one line for the folded view: "npm test", "src/a.ts" */
  readonly title: string;
  /** what the model is told */
  readonly output: string;
  readonly exitCode: number | null;
  readonly isError: boolean;
  /** for the page: {diff, matches, truncated, outputFile, …} */
  readonly metadata: Readonly<Record<string, unknown>>;
}
