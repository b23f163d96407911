import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { errnoOf, Refusal } from "./refusal.ts";
import { glob, grep, type Tools } from "./search.ts";

export type SearchRequest =
  | { readonly op: "glob"; readonly pattern: string; readonly path: string; readonly maxHits: number }
  | { readonly op: "grep"; readonly pattern: string; readonly path: string; readonly include: string | null; readonly maxHits: number };

type Found = Awaited<ReturnType<typeof glob>> | Awaited<ReturnType<typeof grep>>;

/** What the thread says at its end. */
export type Searched = { readonly result: Found } | { readonly refusal: { readonly code: Refusal["code"]; readonly message: string } };

export function searchWith(tools: Tools, request: SearchRequest): Promise<Found> {
  return request.op === "glob" ? glob(tools, request.pattern, request.path, request.maxHits) : grep(tools, request);
}

/**
 * By ripgrep; where there is none, in a thread that can be ended: JavaScript's regular expressions may take for ever over a
 * repository's .gitignore, or a pattern that ripgrep takes easily, and the agent has to answer meanwhile.
 */
export async function search(tools: Tools, request: SearchRequest, timeoutMs = 30_000): Promise<Found> {
  if (tools.ripgrep) return searchWith(tools, request);
  const thread = new Worker(join(import.meta.dirname, `search-thread${extname(import.meta.filename)}`), {
    workerData: { tools, request },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 192 },
  });
  const said = await new Promise<Searched | null>((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), timeoutMs);
    thread.once("message", resolve);
    thread.once("error", (error) => (errnoOf(error) === "ERR_WORKER_OUT_OF_MEMORY" ? resolve(null) : reject(error)));
    thread.once("exit", () => {
      clearTimeout(timer);
      resolve(null);
    });
  }).finally(() => thread.terminate());
  if (said && "result" in said) return said.result;
  const { code, message } = said?.refusal ?? {
    code: "BAD_REQUEST",
    message: "This is too much to search. Name a path, or a simpler pattern.",
  };
  throw new Refusal(code, message);
}
