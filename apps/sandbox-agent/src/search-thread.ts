import { parentPort, workerData } from "node:worker_threads";
import { Refusal } from "./refusal.ts";
import type { Tools } from "./search.ts";
import { type Searched, type SearchRequest, searchWith } from "./search-apart.ts";

// Searches once and ends.
const { tools, request }: { tools: Tools; request: SearchRequest } = workerData;
const searched: Searched = await searchWith(tools, request).then(
  (result) => ({ result }),
  (error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: { code: error.code, message: error.message } };
  },
);
parentPort?.postMessage(searched);
