import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { machineCall } from "../../platform/machines/machine-call.ts";
import { fileContentSchema, treeEntrySchema, treeSearchSchema } from "../repositories/contract.ts";
import { findSandboxMachine } from "../sandbox/index.ts";
import { actorSchema, revertFileSchema } from "./contract.ts";
import { listSessionFiles, readSessionFile, searchSessionFiles } from "./files/session-files.ts";
import { forkSession } from "./fork/fork-session.ts";
import { getSessionBundle } from "./push/get-bundle.ts";
import { previewRevert } from "./revert/preview-revert.ts";

const key = { workspaceId: idSchema("workspace"), sessionId: idSchema("session") };
const timeoutMs = limits.worker.machineCallTimeoutMs;
/** Bundles and forks may take as long as git does. */
const gitTimeoutMs = timeoutMs * 5;

/** A use case that needs the session's files beside the database: done on the machine that has them. */
function there<I extends z.ZodObject<typeof key>, O extends z.ZodType>(
  name: string,
  options: { input: I; output: O; timeoutMs: number; run: (input: z.output<I>) => Promise<z.output<O>> },
): (input: z.output<I>) => Promise<z.output<O>> {
  const call = machineCall(`sessions.${name}`, options);
  return async (input) => call(await findSandboxMachine(input), input);
}

const at = z.object({ ...key, path: z.string() });

/** What web does with a session's files, wherever they lie: each as the use case of that name describes it. */
export const atItsMachine = {
  listFiles: there("list-files", {
    input: at,
    output: z.object({ entries: z.array(treeEntrySchema), truncated: z.boolean() }),
    timeoutMs,
    run: ({ path, ...session }) => listSessionFiles(session, path),
  }),
  readFile: there("read-file", {
    input: at,
    output: fileContentSchema.nullable(),
    timeoutMs,
    run: ({ path, ...session }) => readSessionFile(session, path),
  }),
  searchFiles: there("search-files", {
    input: z.object({ ...key, text: z.string() }),
    output: treeSearchSchema,
    timeoutMs,
    run: ({ text, ...session }) => searchSessionFiles(session, text),
  }),
  previewRevert: there("preview-revert", {
    input: z.object({ ...key, messageId: idSchema("message"), partId: idSchema("part").nullable() }),
    output: z.object({ files: z.array(revertFileSchema), messages: z.number() }),
    timeoutMs: gitTimeoutMs,
    run: ({ messageId, partId, ...session }) => previewRevert(session, { messageId, partId }),
  }),
  fork: there("fork", {
    input: z.object({
      ...key,
      messageId: idSchema("message").nullable(),
      actor: actorSchema,
      origin: z.enum(["browser", "api"]),
    }),
    output: z.object({ sessionId: idSchema("session"), prompt: z.string().nullable() }),
    timeoutMs: gitTimeoutMs,
    run: ({ workspaceId, sessionId, ...input }) => forkSession({ workspaceId, sessionId }, input),
  }),
  /** the bundle in base64 */
  bundle: there("bundle", {
    input: z.object({ ...key, actor: actorSchema }),
    output: z.object({ bundle: z.base64(), branch: z.string(), title: z.string() }),
    timeoutMs: gitTimeoutMs,
    run: async ({ actor, ...session }) => {
      const { bundle, ...rest } = await getSessionBundle(session, actor);
      return { bundle: bundle.toString("base64"), ...rest };
    },
  }),
};
