import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { connectAgent } from "@opencode/core/modules/sandbox/agent/connect-agent.ts";
import { remoteSandbox } from "@opencode/core/modules/sandbox/agent/remote-sandbox.ts";
import { createPlace, placeOf } from "@opencode/core/modules/sandbox/directories.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testRuntime } from "./test-runtime.ts";

const docker = async (...args: string[]) => (await promisify(execFile)("docker", args)).stdout.trim();
const base = process.env.SANDBOX_DOCKER_IMAGE ?? "opencode-sandbox:latest";
const id = randomBytes(4).toString("hex");
const name = (what: string) => `opencode-test-${id}-${what}:1`;

/** An image made of the usual one by these commands. */
async function makeImage(what: string, script: string, ...changes: string[]): Promise<void> {
  const container = await docker("create", "--user", "0", "--network", "none", "--entrypoint", "/bin/sh", base, "-c", script);
  await docker("start", "--attach", container);
  await docker("commit", ...changes.flatMap((change) => ["--change", change]), container, name(what));
  await docker("rm", container);
}

export function describeImages(): void {
  describe("a repository's own image", () => {
    const { runtime, driver, close } = testRuntime("docker");
    const place = placeOf(runtime.dataDirectory, `sbx_image${id}`);
    const start = (image: string) => driver.start(place, randomBytes(32).toString("hex"), { image });

    beforeAll(async () => {
      const hello =
        "mkdir -p /custom/bin && printf '#!/bin/sh\\necho from the image\\n' > /custom/bin/hello && chmod 755 /custom/bin/hello";
      // Node and tini come with us; its own command, entrypoint, user and volumes mean nothing.
      await makeImage(
        "whole",
        `${hello} && rm /usr/local/bin/node /usr/bin/tini`,
        "ENV PATH=/custom/bin:/usr/bin:/bin",
        "VOLUME /data",
        'ENTRYPOINT ["/bin/false"]',
        "USER 0",
      );
      await makeImage("no-bash", "rm /bin/bash");
      await createPlace(place, async () => undefined);
    }, 60_000);
    afterAll(async () => {
      await driver.stop(place);
      await close();
      await docker("rmi", "--force", name("whole"), name("no-bash"));
    });

    it("runs the agent with the rights and limits of every other", async () => {
      await start(name("whole"));
      const connection = await connectAgent(driver, place);
      if (!connection) throw new Error("the sandbox is not there");
      const box = remoteSandbox({ place, driver: "docker", connection, onClose: async () => connection.close() });
      const script = `hello; node --version; id -u; grep CapEff /proc/self/status; touch /x 2>&1; findmnt -no FSTYPE /data || grep ' /data ' /proc/mounts; ls /sys/class/net`;
      const { output } = await box.exec({ callId: "image", command: script, timeoutMs: 20_000 });
      await box.close();
      expect(output).toContain("from the image\n");
      expect(output).toMatch(/^v\d+\./m);
      expect(output).not.toMatch(/^0$/m);
      expect(output).toMatch(/CapEff:\s+0+$/m);
      expect(output).toContain("Read-only file system");
      expect(output).toContain("tmpfs");
      expect(output).toMatch(/^lo$/m);
      expect(output).not.toContain("eth0");
      await driver.stop(place);
    });

    it("says by its name what is wrong with one", async () => {
      await expect(start(name("no-bash"))).rejects.toThrow(`image ${name("no-bash")} can't be used for its sandbox: it lacks bash`);
      await driver.stop(place);
      const missing = `localhost:9/opencode-test-${id}`;
      await expect(start(missing)).rejects.toThrow(
        `image ${missing}:latest can't be used for its sandbox: the Docker daemon can't pull it`,
      );
    });
  });
}
