import { z } from "zod";
import { inngest } from "../../platform/events/inngest.ts";
import { repositoryConnected, repositoryRemoved } from "./contract.ts";
import { failMirror, mirrorRepository } from "./mirror-repository.ts";
import { purgeMirror } from "./remove-repository.ts";

const failedSchema = z.object({ event: z.object({ data: repositoryConnected.schema }) });

const mirrorConnected = inngest.createFunction(
  {
    id: "repositories.mirror",
    triggers: [{ event: repositoryConnected.name }],
    retries: 3,
    concurrency: { key: "event.data.repositoryId", limit: 1 },
    onFailure: async ({ event }) => failMirror(failedSchema.parse(event.data).event.data),
  },
  async ({ event, step }) => {
    const key = repositoryConnected.schema.parse(event.data);
    return step.run("mirror", async () => (await mirrorRepository(key)).ok);
  },
);

const purgeRemoved = inngest.createFunction(
  { id: "repositories.purge", triggers: [{ event: repositoryRemoved.name }], retries: 3 },
  async ({ event, step }) => {
    const key = repositoryRemoved.schema.parse(event.data);
    return step.run("purge", () => purgeMirror(key));
  },
);

/** The durable functions that the worker registers. */
export const repositoriesFunctions = [mirrorConnected, purgeRemoved];
