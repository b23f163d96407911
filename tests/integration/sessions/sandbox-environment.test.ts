import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RepositoryId, SessionId, UserId, WorkspaceId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareProduct, until } from "./support/product.ts";
import { startScriptedModel } from "./support/scripted-model.ts";
import { seedWorkspace } from "./support/seed.ts";

const model = await startScriptedModel();
const product = await prepareProduct({ env: { ...model.env, SINGLE_MACHINE: "true" } });
const sessions = await import("@opencode/core/modules/sessions/index.ts");
const { connectRepository, getRepository, mirrorRepository } = await import("@opencode/core/modules/repositories/index.ts");
const { requestRebuild } = await import("@opencode/core/modules/sandbox/request-rebuild.ts");
const { showSandbox } = await import("@opencode/core/modules/sandbox/show-sandbox.ts");
const { readSessionEvents } = sessions;

const repository = mkdtempSync(join(tmpdir(), "sandbox-environment-"));
let workspaceId: WorkspaceId;
let userId: UserId;
let repositoryId: RepositoryId;

beforeAll(async () => {
  const config = {
    sandbox: { setup: ["echo made > ~/tool", "mkdir -p node_modules && date +%s%N > node_modules/at"], network: ["pypi.org"] },
  };
  writeFileSync(join(repository, "opencode.jsonc"), `// how it is made\n${JSON.stringify(config)}`);
  writeFileSync(join(repository, ".gitignore"), "node_modules\n");
  writeFileSync(join(repository, "kept.txt"), "base\n");
  execFileSync("git", ["init", "--quiet", repository]);
  execFileSync("git", ["-C", repository, "add", "."]);
  execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.test", "commit", "--quiet", "-m", "base"]);
  await product.start("engine");
  await product.start("worker");
  ({ workspaceId, userId } = await seedWorkspace("Environment"));
  ({ id: repositoryId } = await connectRepository({ workspaceId, actorId: userId }, { kind: "local", path: repository }));
  await mirrorRepository({ workspaceId, repositoryId });
  await until("the repository is there", async () => (await getRepository({ workspaceId, repositoryId })).state === "ready");
});
afterAll(async () => {
  await product.stop();
  await model.stop();
  rmSync(repository, { recursive: true, force: true });
});

const eventsOf = (sessionId: SessionId) => readSessionEvents({ workspaceId, sessionId, after: 0 });

test("a session's sandbox is made as the repository says, refused hosts are events, and it is rebuilt from the last snapshot or from the base", async () => {
  const bash = (command: string) => ({ calls: [{ name: "bash", input: { command } }] });
  model.script("script-work", [
    bash("cat ~/tool node_modules/at; echo changed > kept.txt; curl -sS -m 5 https://example.com"),
    { text: "Done." },
  ]);
  model.script("script-look", [bash("cat kept.txt ~/tool node_modules/at"), { text: "Done." }]);
  const actor = { kind: "user" as const, id: userId };
  const { sessionId } = await sessions.createSession({
    ...{ workspaceId, repositoryId, actor, origin: "browser" as const },
    ...{ prompt: "script-work", model: "anthropic/scripted" },
  });
  const outputs = async () => {
    const { view } = await sessions.getSession({ workspaceId, sessionId });
    const last = view.turns.at(-1);
    if (last?.state !== "completed") return null;
    return view.parts.flatMap((part) => (part.type === "tool" ? [part.output] : []));
  };
  const [first = ""] = await until("the first turn", outputs, 60_000);
  expect(first).toMatch(/^made\n\d+\n/);
  expect(first).toContain("blocked by network policy: host example.com:443");
  await until("the event", async () =>
    (await eventsOf(sessionId)).find((event) => event.type === "network.blocked" && event.data.host === "example.com"),
  );
  expect(await showSandbox({ workspaceId, sessionId })).toMatchObject({
    network: { mode: "allowlist", hosts: ["pypi.org"] },
    setup: { state: "done", source: "opencode.jsonc", cachedAt: null },
  });

  const rebuilt = async (fresh: boolean) => {
    const before = await showSandbox({ workspaceId, sessionId });
    await requestRebuild({ workspaceId, actorId: userId, sessionId, fresh });
    await until("it is made anew", async () => {
      const now = await showSandbox({ workspaceId, sessionId });
      return now.state === "ready" && now.readyAt?.getTime() !== before.readyAt?.getTime();
    });
    await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-look", model: "anthropic/scripted" });
    const all = await until(
      "the next turn",
      async () => {
        const known = await outputs();
        return known && known.length > (fresh ? 2 : 1) ? known : null;
      },
      60_000,
    );
    return all.at(-1) ?? "";
  };
  const again = await rebuilt(false);
  expect(again).toMatch(/^changed\nmade\n\d+\n/);
  expect(again.split("\n")[2]).not.toBe(first.split("\n")[1]);
  expect(await rebuilt(true)).toMatch(/^base\nmade\n/);
  expect((await sessions.getSession({ workspaceId, sessionId })).session.diff.filesChanged).toBe(0);
});
