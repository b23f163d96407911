import type { SessionId } from "@opencode/core/platform/ids.ts";
import { migrate } from "@opencode/prisma/migrate.ts";
import { afterAll } from "vitest";
import { type Product, type ProductOptions, prepareProduct, until } from "./product.ts";
import { seedSample, seedWorkspace } from "./seed.ts";

/** A stand-in of a provider: what the worker needs to find it. */
interface ModelServer {
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

type Sessions = typeof import("@opencode/core/modules/sessions/index.ts");
type Given = Partial<Parameters<Sessions["createSession"]>[0]>;
export type Found = Awaited<ReturnType<Sessions["getSession"]>>;
export type FoundView = Found["view"];

const overStates: readonly string[] = ["completed", "failed", "aborted"];

/** Engine and worker as processes of their own, a workspace with the sample repository, and what tests of sessions do in it. */
export async function startSessions(name: string, model: ModelServer, options: ProductOptions = {}) {
  const product: Product = await prepareProduct({ ...options, env: { ...model.env, ...options.env } });
  const sessions: Sessions = await import("@opencode/core/modules/sessions/index.ts");
  afterAll(async () => {
    await product.stop();
    await model.stop();
  });
  try {
    if (options.ownDatabase) {
      await product.start("database");
      await migrate(process.env.DATABASE_URL ?? "");
    }
    await product.start("engine");
    await product.start("worker");
  } catch (error) {
    // A file that could not begin has no end.
    await product.stop();
    throw error;
  }
  const { workspaceId, userId } = await seedWorkspace(name);
  const repositoryId = await seedSample({ workspaceId, userId });

  const base = { workspaceId, repositoryId, actor: { kind: "user", id: userId }, origin: "browser", model: "anthropic/scripted" } as const;
  const get = (sessionId: SessionId) => sessions.getSession({ workspaceId, sessionId });
  return {
    product,
    sessions,
    workspaceId,
    userId,
    repositoryId,
    /** A session with its first prompt, on the sample repository with the scripted model unless `given` says otherwise. */
    create: (prompt: string, given: Given = {}) => sessions.createSession({ ...base, prompt, ...given }),
    begin: async (prompt: string, given: Given = {}) => (await sessions.createSession({ ...base, prompt, ...given })).sessionId,
    get,
    /** The session when all of its turns have ended, `turns` of them at least. */
    ended: (sessionId: SessionId, turns = 1, timeoutMs?: number): Promise<Found> =>
      until(
        "all turns end",
        async () => {
          const found = await get(sessionId);
          return found.view.turns.length >= turns && found.view.turns.every(({ state }) => overStates.includes(state)) ? found : null;
        },
        timeoutMs,
      ),
    untilView: (what: string, sessionId: SessionId, look: (view: FoundView) => boolean): Promise<FoundView> =>
      until(what, async () => {
        const { view } = await get(sessionId);
        return look(view) ? view : null;
      }),
  };
}

export const bash = (command: string) => ({ name: "bash", input: { command } });
export const task = (description: string, prompt: string, more: object = {}) => ({
  name: "task",
  input: { description, prompt, subagent_type: "general", ...more },
});

export const toolsOf = (view: FoundView) => view.parts.filter((part) => part.type === "tool");
export const textsOf = (view: FoundView) => view.parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
export const isCalling = (view: FoundView) => toolsOf(view).some(({ state }) => state === "running");
