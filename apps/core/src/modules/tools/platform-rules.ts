import type { PermissionRule, RuleLayer } from "./contract.ts";

const rule = (permission: string, pattern: string, action: PermissionRule["action"]): PermissionRule => ({ permission, pattern, action });

/**
 * What holds where nobody ruled otherwise: work in the sandbox is free; what destroys files, leaves the workspace,
 * publishes, or reads secrets is asked. `rm *` also stands for its equivalents (`find -delete`, `unlink`, `mv`, …).
 */
export const platformRules: readonly PermissionRule[] = [
  rule("*", "*", "allow"),
  rule("doom_loop", "*", "ask"),
  rule("external_directory", "*", "ask"),
  rule("external_directory", "/tmp/*", "allow"),
  // Where the sandbox keeps outputs that were too long to be shown.
  rule("external_directory", "/outputs/*", "allow"),
  rule("read", "*.env", "ask"),
  rule("read", "*.env.*", "ask"),
  rule("read", "*.env.example", "allow"),
  ...["rm", "git rm", "git push", "git clean", "sudo", "doas", "su"].map((command) => rule("bash", `${command} *`, "ask")),
  ...[
    "npm publish",
    "pnpm publish",
    "yarn publish",
    "yarn npm publish",
    "bun publish",
    "cargo publish",
    "twine upload",
    "gem push",
    "docker push",
  ].map((command) => rule("bash", `${command} *`, "ask")),
];

export const platformLayer: RuleLayer = { layer: "platform", rules: platformRules };
