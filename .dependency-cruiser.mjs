// Who may import whom. Every rule is an error; `npm test -- boundaries` also fails when fewer modules were read than git lists.

/** The modules of core, low to high: imports point down or stay on their level, never up. */
const levels = [
  ["tenancy", "auth", "observability"],
  ["providers", "billing"],
  ["sandbox", "repositories", "github"],
  ["memory", "skills", "mcp", "learning"],
  ["tools"],
  ["sessions"],
  ["evolution"],
  ["channels", "plugins", "admin"],
];

const modulePath = "^apps/core/src/modules";
/** What a module shows: its index to the server; its contract, permission table and pure session view to anybody. */
const publicFiles = "(index|contract|session-view|permissions)\\.ts$";
const tests = "\\.test\\.tsx?$|^tests/|/testing\\.ts$";

const upwards = levels.slice(0, -1).map((names, level) => ({
  name: `modules-point-down-${level + 1}`,
  severity: "error",
  comment: `${names.join(", ")} may not import a module above them; upward news goes by event.`,
  from: { path: `${modulePath}/(${names.join("|")})/`, pathNot: tests },
  to: {
    path: `${modulePath}/(${levels
      .slice(level + 1)
      .flat()
      .join("|")})/`,
  },
}));

/** An npm package that only some files may know. */
const only = (name, packages, allowed) => ({
  name,
  severity: "error",
  from: { path: "^(apps|prisma|emails)/", pathNot: `${tests}|${allowed}` },
  to: { path: `^node_modules/(${packages})/` },
});

export default {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "\\.css$|^node:|^server-only$" } },
    ...upwards,
    {
      name: "modules-meet-at-the-front-door",
      severity: "error",
      comment: "Another module is imported through its index.ts or contract.ts.",
      from: { path: `${modulePath}/([^/]+)/`, pathNot: tests },
      to: { path: `${modulePath}/([^/]+)/`, pathNot: [`${modulePath}/$1/`, `${modulePath}/[^/]+/${publicFiles}`] },
    },
    {
      name: "platform-knows-no-module",
      severity: "error",
      from: { path: "^apps/core/src/platform/" },
      to: { path: "^apps/core/src/(modules/|app-router)" },
    },
    {
      name: "core-is-below-the-apps",
      severity: "error",
      from: { path: "^(apps/core|emails)/", pathNot: tests },
      to: { path: "^(apps/(web|worker|engine|cli|sandbox-agent)|infra|tests|prisma/seed)/" },
    },
    {
      name: "apps-do-not-import-each-other",
      severity: "error",
      from: { path: "^apps/(web|worker|engine|cli|sandbox-agent)/", pathNot: tests },
      to: { path: "^apps/(web|worker|engine|cli|sandbox-agent)/", pathNot: "^apps/$1/" },
    },
    {
      name: "browser-code-knows-contracts-only",
      severity: "error",
      comment: "Features, primitives, the command line and the sandbox agent take contracts and types of core, nothing that runs.",
      from: { path: "^apps/(web/src/(features|ui|trpc)|cli|sandbox-agent)/", pathNot: tests },
      to: {
        path: "^(apps/core|prisma|emails)/",
        pathNot: "/(contract|session-view|permissions)\\.ts$|^apps/core/src/platform/limits\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "edges-use-the-front-door",
      severity: "error",
      from: { path: "^apps/(web/src|worker)/", pathNot: tests },
      to: { path: `${modulePath}/`, pathNot: publicFiles, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "engine-knows-no-module",
      severity: "error",
      from: { path: "^apps/engine/", pathNot: tests },
      to: { path: "^apps/core/src/(modules/|app-router)" },
    },
    {
      name: "sandbox-agent-depends-on-nothing",
      severity: "error",
      from: { path: "^apps/sandbox-agent/", pathNot: tests },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-optional", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "prisma-client-stays-home",
      severity: "error",
      comment: "Everybody else is handed a transaction by platform/database.",
      from: { path: "^(apps|emails)/", pathNot: `${tests}|^apps/core/src/platform/database/` },
      to: { path: "^(prisma/(client|generated)|node_modules/@prisma/client/)" },
    },
    {
      name: "schema-knows-no-product",
      severity: "error",
      from: { path: "^prisma/(client|migrate)\\.ts$" },
      to: { path: "^(apps|emails|infra|tests)/" },
    },
    only("inngest-in-jobs-only", "inngest", "/jobs\\.ts$|^apps/core/src/platform/events/|^apps/worker/"),
    only("model-sdks-in-providers-only", "@anthropic-ai/sdk|openai", "^apps/core/src/modules/providers/"),
    only("docker-in-sandbox-only", "dockerode", "^apps/core/src/modules/sandbox/"),
    {
      name: "product-does-not-import-its-tests",
      severity: "error",
      from: { path: "^(apps|prisma|emails|infra)/", pathNot: tests },
      to: { path: "^tests/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "prisma/generated|/\\.next/|modules/repositories/sample/files|^node_modules/\\.cache" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
