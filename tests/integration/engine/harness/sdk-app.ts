import { createServer } from "node:http";
import type { Inngest, InngestFunction } from "inngest";
import { serve } from "inngest/node";

export interface SdkApp {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, also what it is doing. */
  close(): Promise<void>;
}

/** Serves functions with the real SDK on a port of this process. */
export async function serveSdk(client: Inngest.Any, functions: InngestFunction.Any[], port = 0): Promise<SdkApp> {
  const server = createServer(serve({ client, functions }));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the SDK's server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/api/inngest`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
