export { type LanguageServerName, languageServersInside, provideLanguageServer } from "./agent/language-servers.ts";
export { destroySandbox } from "./destroy-sandbox.ts";
export { createRuntime, type SandboxRuntime } from "./drivers.ts";
export { findWorkspaceDirectory } from "./find-workspace-directory.ts";
export { type OpenSandboxInput, openSandbox, sandboxIdOf } from "./open-sandbox.ts";
export { hibernateSandboxes, type Reaped, reapSandboxes } from "./reap-sandboxes.ts";
export { sandboxRebuildRequested } from "./request-rebuild.ts";
export { sandboxesRouter } from "./router.ts";
export { sandboxAvailability } from "./sandbox-availability.ts";
