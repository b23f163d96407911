import { createServer } from "node:net";

async function isFree(port: number, host: string | undefined): Promise<number | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen({ port, ...(host === undefined ? {} : { host }), exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : null;
      server.close(() => resolve(found));
    });
  });
}

/**
 * `preferred`, or the next free TCP port after it; any free one when none is preferred. Looks on all interfaces as
 * well as on the loopback: some programs listen on one of them only.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred === undefined) {
    const port = await isFree(0, "127.0.0.1");
    if (port === null) throw new Error("no free TCP port was found on 127.0.0.1");
    return port;
  }
  for (let port = preferred; port < preferred + 200; port++) {
    if ((await isFree(port, undefined)) !== null && (await isFree(port, "127.0.0.1")) !== null) return port;
  }
  throw new Error(`no free TCP port between ${preferred} and ${preferred + 199}`);
}
