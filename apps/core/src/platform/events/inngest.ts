import { Inngest } from "inngest";
import { env } from "../env.ts";
import { logger } from "../logger.ts";

const { INNGEST_BASE_URL: baseUrl, INNGEST_EVENT_KEY: eventKey, INNGEST_SIGNING_KEY: signingKey, INNGEST_DEV: isDev } = env();

/** The one client of the durable engine: our single-machine one or Inngest itself, by `INNGEST_BASE_URL` and keys. */
export const inngest = new Inngest({
  id: "opencode",
  isDev: isDev ?? false,
  logger,
  ...(baseUrl ? { baseUrl } : {}),
  ...(eventKey ? { eventKey } : {}),
  ...(signingKey ? { signingKey } : {}),
});
