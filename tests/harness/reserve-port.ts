import { createSocket } from "node:dgram";
import { freePort } from "../../infra/local/free-port.ts";

/**
 * `from` or the next TCP port after it that is free, and that no other process of the tests is given while this one
 * lives: between looking and listening, another one would find it free as well. Who has a TCP port holds the UDP port of
 * the same number, which ends with its process whatever becomes of it.
 */
export async function reservePort(from: number): Promise<number> {
  for (let port = await freePort(from); port < from + 500; port = await freePort(port + 1)) {
    if (await hold(port)) return port;
  }
  throw new Error(`no free TCP port after ${from}`);
}

function hold(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.once("error", () => resolve(false));
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () => {
      socket.unref();
      resolve(true);
    });
  });
}
