import type { SandboxDriver, SandboxLimits } from "../driver.ts";

/** A container without network, capabilities and root, through the Docker Engine API. */
export function dockerDriver(_options: { dataDirectory: string; limits: SandboxLimits; image: string }): SandboxDriver {
  const missing = () => Promise.reject(new Error("Docker is not available"));
  return {
    name: "docker",
    probe: async () => ({ ok: false, reason: "Docker is not available", install: "Install Docker." }),
    adopt: missing,
    start: missing,
    connect: missing,
    stop: async () => undefined,
  };
}
