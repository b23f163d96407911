import { z } from "zod";
import { defineEvent } from "../../platform/events/define-event.ts";
import { idSchema } from "../../platform/ids.ts";

export const repositoryKindSchema = z.enum(["url", "ssh", "local", "archive", "sample"]);
export type RepositoryKind = z.infer<typeof repositoryKindSchema>;

export const connectRepositorySchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("url"),
    url: z.url({ protocol: /^https?$/, error: "Give the https address that you would clone." }).max(2_000),
    token: z.string().trim().min(1).max(4_000).optional(),
  }),
  z.object({
    kind: z.literal("ssh"),
    url: z.string().trim().min(1, "Give the address, such as git@github.com:owner/name.git.").max(2_000),
    /** a key of your own; left out, a new pair is made here */
    privateKey: z.string().trim().min(1).max(20_000).optional(),
  }),
  z.object({
    kind: z.literal("local"),
    path: z
      .string()
      .min(1)
      .max(4_000)
      .refine((path) => path.startsWith("/"), "Give an absolute path."),
  }),
  z.object({ kind: z.literal("sample") }),
]);
export type ConnectRepositoryInput = z.infer<typeof connectRepositorySchema>;

/** What is left out of a checkout, and has to be said: LFS files stay pointers, submodules are not followed. */
export const repositoryNotesSchema = z.object({
  lfsFiles: z.number().int(),
  submodules: z.array(z.object({ path: z.string(), url: z.string() })),
});
export type RepositoryNotes = z.infer<typeof repositoryNotesSchema>;

export const repositorySchema = z.object({
  id: idSchema("repository"),
  name: z.string(),
  kind: repositoryKindSchema,
  location: z.string().nullable(),
  defaultBranch: z.string().nullable(),
  state: z.enum(["connecting", "ready", "failed"]),
  lastError: z.string().nullable(),
  headCommit: z.string().nullable(),
  fileCount: z.number().nullable(),
  lastFetchedAt: z.date().nullable(),
  /** ssh: what the server has to let in */
  publicKey: z.string().nullable(),
  /** ssh: the server's keys that were pinned at the first contact, `type SHA256:…` */
  hostKeys: z.array(z.string()),
  /** "partial": too large for the contents of older files; "shallow": without its history */
  mirrorKind: z.enum(["full", "partial", "shallow"]),
  notes: repositoryNotesSchema.nullable(),
  createdAt: z.date(),
});
export type RepositoryView = z.infer<typeof repositorySchema>;

export const diffFileSchema = z.object({
  path: z.string(),
  oldPath: z.string().nullable(),
  status: z.enum(["added", "modified", "deleted", "renamed", "mode"]),
  binary: z.boolean(),
  additions: z.number().int(),
  deletions: z.number().int(),
  /** unified diff of this file; null for binary files and those over the limit */
  patch: z.string().nullable(),
});
export const diffSchema = z.object({
  baseCommit: z.string(),
  treeId: z.string(),
  files: z.array(diffFileSchema),
  additions: z.number().int(),
  deletions: z.number().int(),
  /** changed paths that stand in neither list nor patch: too large, nested repositories, no regular files */
  omitted: z.array(z.object({ path: z.string(), reason: z.enum(["too-large", "too-many", "repository", "special"]) })).optional(),
});
export type Diff = z.infer<typeof diffSchema>;

/** One entry of a directory in a snapshot or commit. */
export const treeEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(["file", "directory", "link", "submodule"]),
  id: z.string(),
  executable: z.boolean(),
  sizeBytes: z.number().nullable(),
});
export type TreeEntry = z.infer<typeof treeEntrySchema>;

/** A file as far as it can be shown. */
export const fileContentSchema = z.object({
  path: z.string(),
  id: z.string(),
  kind: z.enum(["text", "image", "binary", "too-large", "link", "lfs", "submodule"]),
  /** its content, a picture as a data URL, where a link leads, a submodule's commit; null for the rest */
  text: z.string().nullable(),
  executable: z.boolean(),
  /** of an LFS pointer: the size of what it stands for */
  sizeBytes: z.number(),
});
export type FileContent = z.infer<typeof fileContentSchema>;

export const treeSearchSchema = z.object({
  names: z.array(z.string()),
  lines: z.array(z.object({ path: z.string(), line: z.number(), text: z.string() })),
  truncated: z.boolean(),
});
export type TreeSearch = z.infer<typeof treeSearchSchema>;

/** Sent when a repository was connected, or is to be fetched anew: the worker mirrors it and says how it went. */
export const repositoryConnected = defineEvent(
  "repositories/repository.connected",
  z.object({ workspaceId: idSchema("workspace"), repositoryId: idSchema("repository") }),
);
/** Sent when a repository was removed: the worker lets go of its mirror when no session needs it. */
export const repositoryRemoved = defineEvent(
  "repositories/repository.removed",
  z.object({ workspaceId: idSchema("workspace"), repositoryId: idSchema("repository") }),
);

export { permissionSectionSchema } from "./project-config/permission-section.ts";
