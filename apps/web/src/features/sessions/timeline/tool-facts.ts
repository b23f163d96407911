import { z } from "zod";

const factsSchema = z
  .object({
    diagnostics: z.object({ state: z.string(), errors: z.number() }),
    formatted: z.array(z.object({ path: z.string(), name: z.string() })),
    status: z.number(),
    contentType: z.string(),
    bytes: z.number(),
    provider: z.string(),
    server: z.string(),
    skill: z.object({ kind: z.string(), path: z.string().optional(), version: z.number().optional() }),
    results: z.array(z.object({ title: z.string(), url: z.string() })),
  })
  .partial()
  .catch({});

/** How many errors the language server found in what a call changed; 0 when it found none or was not asked. */
export function errorsAfter(metadata: unknown): number {
  return factsSchema.parse(metadata).diagnostics?.errors ?? 0;
}

/** What a tool noted about its call, one short sentence each. */
export function toolFacts(metadata: unknown): readonly string[] {
  const { diagnostics, formatted = [], status, contentType, bytes, provider, server, skill } = factsSchema.parse(metadata);
  return [
    ...formatted.map(({ path, name }) => `${path} was formatted by ${name}.`),
    diagnostics?.state === "done" && diagnostics.errors === 0 ? "The language server found no error." : "",
    diagnostics?.state === "timeout" ? "The language server took too long; the edit was not checked." : "",
    status === undefined
      ? ""
      : `Answered ${status}${contentType ? `, ${contentType}` : ""}${bytes === undefined ? "" : `, ${Math.ceil(bytes / 1024)} KB`}.`,
    provider === undefined ? "" : `Searched with ${provider}.`,
    server === undefined ? "" : `Answered by ${server}.`,
    skill?.kind === "repository"
      ? `From the repository: ${skill.path ?? ""}`
      : skill?.kind === "workspace"
        ? `From the workspace, version ${skill.version ?? 1}.`
        : "",
  ].filter((fact) => fact !== "");
}

/** Pages that a search found. */
export function searchResults(metadata: unknown): readonly { title: string; url: string }[] {
  return (factsSchema.parse(metadata).results ?? []).filter(({ url }) => /^https?:\/\//.test(url));
}
