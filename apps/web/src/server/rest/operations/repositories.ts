import { connectRepositorySchema, repositorySchema } from "@opencode/core/modules/repositories/contract.ts";
import { connectRepository, listRepositories, uploadArchive } from "@opencode/core/modules/repositories/index.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import { z } from "zod";
import { defineOperation } from "../operation.ts";
import { noFields } from "../schemas.ts";

export const listRepositoriesOperation = defineOperation({
  id: "listRepositories",
  method: "GET",
  path: "/api/v1/repositories",
  summary: "The workspace's repositories",
  access: { scope: "repositories:read", permission: "repositories.read" },
  params: noFields,
  query: noFields,
  body: null,
  answer: {
    contentType: "application/json",
    status: 200,
    description: "The repositories, the newest first",
    schema: z.object({ items: z.array(repositorySchema) }),
  },
  handle: async ({ caller }) => ({ items: await listRepositories(caller.workspaceId) }),
});

export const connectRepositoryOperation = defineOperation({
  id: "connectRepository",
  method: "POST",
  path: "/api/v1/repositories",
  summary: "Connect a repository",
  description: "Answers at once with `state: connecting`; a place that is connected already is fetched anew.",
  access: { scope: "repositories:write", permission: "repositories.write" },
  params: noFields,
  query: noFields,
  body: connectRepositorySchema,
  answer: { contentType: "application/json", status: 201, description: "The repository", schema: repositorySchema },
  handle: ({ caller, body }) =>
    connectRepository({ workspaceId: caller.workspaceId, actorId: caller.actor.id, actorKind: caller.actor.kind }, body),
});

export const uploadArchiveOperation = defineOperation({
  id: "uploadArchive",
  method: "POST",
  path: "/api/v1/repositories/archive",
  summary: "Upload an archive as a repository",
  description: "The body is the archive itself. With `repositoryId` it is a new commit on top of what was uploaded before.",
  access: { scope: "repositories:write", permission: "repositories.write" },
  params: noFields,
  query: z.object({ name: z.string().min(1).max(300).default("upload"), repositoryId: idSchema("repository").optional() }),
  body: null,
  upload: ["application/gzip", "application/x-tar", "application/zip"],
  answer: { contentType: "application/json", status: 201, description: "The repository", schema: repositorySchema },
  handle: ({ caller, query, request }) =>
    uploadArchive(
      { workspaceId: caller.workspaceId, actorId: caller.actor.id, actorKind: caller.actor.kind },
      { name: query.name, repositoryId: query.repositoryId ?? null, body: request.body },
    ),
});
