import { z } from "zod";

export const permissionActionSchema = z.enum(["allow", "ask", "deny"]);
export type PermissionAction = z.infer<typeof permissionActionSchema>;

/** One rule: the last one that matches wins. `*` and `?` are wildcards. */
export const permissionRuleSchema = z.object({
  permission: z.string().min(1).max(128),
  pattern: z.string().min(1).max(2_000),
  action: permissionActionSchema,
});
export type PermissionRule = z.infer<typeof permissionRuleSchema>;

export const permissionReplySchema = z.enum(["once", "always", "reject"]);
export type PermissionReply = z.infer<typeof permissionReplySchema>;

/** A rule as a layer holds it. `answered`: saved by an "always" answer; it also answers what the repository, the agent or the session would ask. */
export interface LayerRule extends PermissionRule {
  readonly answered?: boolean;
}

/** Where a rule stands; a later layer is heard after an earlier one, and `policy` after all of them. */
export const permissionLayers = ["platform", "workspace", "repository", "agent", "session", "policy"] as const;
export type PermissionLayer = (typeof permissionLayers)[number];

/** The rules of one layer, in their own order. */
export interface RuleLayer {
  readonly layer: PermissionLayer;
  readonly rules: readonly LayerRule[];
}

/** What a call touches, judged by the policy before it runs. */
export interface PermissionSubject {
  /** a permission's key: bash, edit, read, … */
  readonly permission: string;
  /** each of them is judged; the strictest answer counts */
  readonly targets: readonly string[];
  /** the pattern that "always" would save */
  readonly alwaysRule: string;
  /** other names of a target, by which the same is done: `mv a b` removes `a`; the last rule for any name decides */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  /** directories in which it touches something that it doesn't name: asked wherever a rule speaks of what lies beneath */
  readonly beneath?: readonly string[];
  /** text that can't be judged (a script out of an expansion, `eval`): asked wherever a rule could concern it */
  readonly unjudgeable?: readonly string[];
  /** what the same call touches besides: files that a command writes or reads, directories outside the workspace */
  readonly also?: readonly PermissionSubject[];
}

/** What a call may not do, whatever its text says: the sandbox holds it to that. */
export const callAccessSchema = z.object({
  workspace: z.literal("read-only").exactOptional(),
  network: z.literal("none").exactOptional(),
});
export type CallAccess = z.infer<typeof callAccessSchema>;

/** Which rule decided, on which layer, what it matched, and what "always" would save for `permission`. */
export interface Decision {
  readonly action: PermissionAction;
  readonly permission: string;
  readonly pattern: string;
  readonly layer: PermissionLayer;
  readonly target: string;
  readonly alwaysRule: string;
  /** the agent above the session's own whose rules were the stricter ones */
  readonly ceiling?: string;
  /** what the sandbox keeps the call from; left out: nothing besides its own policy */
  readonly access?: CallAccess;
}

/** One item of a session's list of what is to do. */
export const todoSchema = z.object({
  content: z.string().min(1).max(1_000),
  status: z.enum(["pending", "in_progress", "completed", "cancelled"]),
  priority: z.enum(["high", "medium", "low"]).default("medium"),
});
export type Todo = z.infer<typeof todoSchema>;

const todoCallSchema = z.object({
  type: z.literal("tool"),
  tool: z.literal("todowrite"),
  state: z.literal("completed"),
  metadata: z.object({ todos: z.array(todoSchema) }),
});

/** The session's list as it now is: that of the last completed `todowrite` among the parts, in order; empty when there is none. */
export function currentTodos(parts: Iterable<unknown>): readonly Todo[] {
  let todos: readonly Todo[] = [];
  for (const part of parts) {
    const call = todoCallSchema.safeParse(part);
    if (call.success) todos = call.data.metadata.todos;
  }
  return todos;
}

/** A picture that a tool shows to models that can see. */
export interface ToolImage {
  readonly mime: "image/png" | "image/jpeg" | "image/webp" | "image/gif";
  /** base64, without a `data:` prefix */
  readonly data: string;
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
  /** for models that can see; `output` says for the others what is there */
  readonly images?: readonly ToolImage[];
}
