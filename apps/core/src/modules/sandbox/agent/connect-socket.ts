import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { SandboxPlace } from "../driver.ts";

const openPathOnly = 0x200000; // O_PATH, which Node has no name for: refers to the file without opening it

/**
 * Connects to the agent's socket in the control directory; null when nobody listens. The socket is held by its descriptor:
 * a link that was put in its place can't send us to a socket of the host, and the path's length (108 bytes at most) is no matter.
 */
export function connectAgentSocket(place: SandboxPlace): Promise<Duplex | null> {
  let descriptor: number;
  try {
    descriptor = openSync(join(place.control, "agent.sock"), openPathOnly | constants.O_NOFOLLOW);
  } catch {
    return Promise.resolve(null);
  }
  if (!fstatSync(descriptor).isSocket()) {
    closeSync(descriptor);
    return Promise.resolve(null);
  }
  return new Promise((resolve) => {
    const socket = connect(`/proc/self/fd/${descriptor}`);
    const refuse = () => settle(null);
    const settle = (value: Duplex | null) => {
      closeSync(descriptor);
      socket.off("error", refuse);
      resolve(value);
    };
    socket.once("error", refuse);
    socket.once("connect", () => settle(socket));
  });
}
