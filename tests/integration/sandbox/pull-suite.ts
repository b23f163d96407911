import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { destroySandbox } from "@opencode/core/modules/sandbox/destroy-sandbox.ts";
import { placeOf } from "@opencode/core/modules/sandbox/directories.ts";
import { createRuntime, type SandboxRuntime } from "@opencode/core/modules/sandbox/drivers.ts";
import { openSandbox, sandboxIdOf } from "@opencode/core/modules/sandbox/open-sandbox.ts";
import { showSandbox } from "@opencode/core/modules/sandbox/show-sandbox.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shell } from "./driver-suite.ts";
import { makeSession } from "./tenant-rows.ts";
import { startTinyRegistry, type TinyRegistry } from "./tiny-registry.ts";

/** An image that the daemon doesn't have: from a registry, into the session's sandbox. */
export function describePulls(): void {
  describe("an image of a registry", () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), "sandbox-pull-"));
    let registry: TinyRegistry;
    let runtime: SandboxRuntime;
    const image = (kind: string) => `${registry.host}/${kind}/tools:2`;
    const open = (key: Awaited<ReturnType<typeof makeSession>>, wanted: string, using = runtime) =>
      openSandbox(
        {
          ...key,
          fill: async (directory) => void execFileSync("git", ["init", "--quiet", directory]),
          environment: async () => ({
            ...{ source: "opencode.jsonc", scope: "r", image: wanted, secrets: [], network: undefined, notes: [] },
            setup: ["echo done > set-up.txt"],
          }),
        },
        using,
      );

    const runtimeWith = (allowedImages: string) =>
      createRuntime({
        ...{ dataDirectory, driver: "docker", allowedImages },
        dockerImage: process.env.SANDBOX_DOCKER_IMAGE ?? "opencode-sandbox:latest",
      });

    beforeAll(async () => {
      registry = await startTinyRegistry(["PATH=/usr/bin:/bin"]);
      runtime = runtimeWith("127.0.0.1:*");
    });
    afterAll(async () => {
      await registry.close();
      rmSync(dataDirectory, { recursive: true, force: true });
      await promisify(execFile)("docker", ["rmi", "--force", image("good")]).catch(() => undefined);
    });

    it("named by the repository is pulled, set up, used, and there when the sandbox wakes", async () => {
      const key = await makeSession();
      const box = await open(key, image("good"));
      expect(registry.asked.some((line) => line.endsWith("/v2/good/tools/manifests/2"))).toBe(true);
      expect((await shell(box, "ls /usr/bin; cat set-up.txt; node --version")).output).toMatch(/mkfifo[\s\S]*done\nv2/);
      expect(await showSandbox(key)).toMatchObject({ state: "ready", driver: "docker", image: image("good"), setup: { state: "done" } });
      const held = await box.exec({ callId: "held", command: "ls; echo x > y", timeoutMs: 20_000, access: { workspace: "read-only" } });
      expect(held.output).toMatch(/set-up\.txt[\s\S]*Read-only file system/);
      const pulls = registry.asked.length;
      await runtime.drivers.docker.stop(placeOf(dataDirectory, sandboxIdOf(key.sessionId)));
      expect((await shell(box, "cat set-up.txt; ls /usr/bin/python3 2>&1")).output).toMatch(/No such file/);
      expect(registry.asked).toHaveLength(pulls);
      await box.close();
      await destroySandbox(key, runtime);
    });

    it("that can't be had is named, with what is wrong: to whoever opens the sandbox, and on its page", async () => {
      const wrong = {
        missing: /can't pull it \(manifest for .* not found/,
        locked: /can't pull it \(.*(unauthorized|denied|no basic auth)/,
        torn: /can't pull it \(.*(unknown|not found)/,
        forged: /can't pull it \(.*(verification|digest)/,
      };
      for (const [kind, words] of Object.entries(wrong)) {
        const key = await makeSession();
        const failure = await open(key, image(kind)).catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: "UNPROCESSABLE" });
        const message = failure instanceof Error ? failure.message : "";
        expect(message).toContain(`The repository's image ${image(kind)} can't be used for its sandbox: the Docker daemon`);
        expect(message).toMatch(words);
        expect(await showSandbox(key)).toMatchObject({ state: "failed", error: message });
        await destroySandbox(key, runtime);
      }
    });

    it("that this installation doesn't allow, or whose name is none, is never asked for", async () => {
      const before = registry.asked.length;
      const strict = runtimeWith("ghcr.io/us/*");
      for (const wanted of [image("good"), "ghcr.io/us/../../etc", "--privileged", "http://127.0.0.1/x", ""]) {
        const key = await makeSession();
        await expect(open(key, wanted, strict)).rejects.toThrow(/doesn't allow|no image's name/);
        await destroySandbox(key, strict);
      }
      expect(registry.asked).toHaveLength(before);
    });
  });
}
