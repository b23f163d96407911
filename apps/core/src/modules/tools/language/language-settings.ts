import type { ProjectConfig } from "../../repositories/index.ts";

/** What a repository says about formatters and language servers; empty means: what is found in it. */
export type LanguageSettings = Pick<ProjectConfig, "formatter" | "lsp">;
