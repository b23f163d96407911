import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeRepository, userGit } from "@opencode/core/modules/repositories/testing.ts";
import type { MessageId, RepositoryId, SessionId, UserId, WorkspaceId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { prepareProduct, until } from "./support/product.ts";
import { startScriptedModel } from "./support/scripted-model.ts";
import { seedWorkspace } from "./support/seed.ts";

// Each goes through several turns and jobs of the whole product.
vi.setConfig({ testTimeout: 120_000 });

const model = await startScriptedModel();
const product = await prepareProduct({ env: { ...model.env, SINGLE_MACHINE: "true" } });
const sessions = await import("@opencode/core/modules/sessions/index.ts");
const repositories = await import("@opencode/core/modules/repositories/index.ts");
const { findWorkspaceDirectory } = await import("@opencode/core/modules/sandbox/index.ts");

let workspaceId: WorkspaceId;
let userId: UserId;
let repositoryId: RepositoryId;
const origin = join(product.dataDirectory, "origin");

beforeAll(async () => {
  await product.start("engine");
  await product.start("worker");
  ({ workspaceId, userId } = await seedWorkspace("Work"));
  const { dangerouslyAcrossTenants } = await import("@opencode/core/platform/database/database.ts");
  const { newId } = await import("@opencode/core/platform/ids.ts");
  const everything = { id: newId("permissionRule"), workspaceId, permission: "bash", pattern: "*", action: "allow", createdById: userId };
  await dangerouslyAcrossTenants("a test's commands are not asked about", (tx) => tx.permissionRule.create({ data: everything }));
  await makeRepository(origin, { "a.txt": "base\n", "b.txt": "base\n", "dir/c.txt": "base\n", ".gitignore": "ignored/\n" });
  const connected = await repositories.connectRepository({ workspaceId, actorId: userId }, { kind: "local", path: origin });
  repositoryId = connected.id;
  await until(
    "the mirror is ready",
    async () => (await repositories.getRepository({ workspaceId, repositoryId })).state === "ready" || null,
  );
});
afterAll(async () => {
  await product.stop();
  await model.stop();
});

const actor = () => ({ kind: "user" as const, id: userId });
const get = (sessionId: SessionId) => sessions.getSession({ workspaceId, sessionId });
async function ended(sessionId: SessionId) {
  const found = await until(
    "all turns end",
    async () => {
      const now = await get(sessionId);
      return now.view.turns.every((turn) => ["completed", "failed", "waiting"].includes(turn.state)) && now.view.turns.length > 0
        ? now
        : null;
    },
    60_000,
  );
  expect(found.view.turns.map((turn) => turn.error)).toEqual(found.view.turns.map(() => null));
  expect(found.view.permissionRequests).toEqual([]);
  return found;
}
const reverted = (sessionId: SessionId, state: string | null) =>
  until(`the revert is ${state}`, async () => {
    const { view } = await get(sessionId);
    return (view.revert?.state ?? null) === state ? view : null;
  });
const bash = (command: string) => ({ name: "bash", input: { command } });
async function directoryOf(sessionId: SessionId): Promise<string> {
  const directory = await findWorkspaceDirectory(sessionId);
  if (directory === null) throw new Error("the session has no workspace");
  return directory;
}
const contentOf = async (sessionId: SessionId, path: string) =>
  readFile(join(await directoryOf(sessionId), path), "utf8").catch(() => null);

/** A session of two turns: the first changes a.txt and makes new.txt, the second changes a.txt again, removes b.txt and moves dir. */
async function work(key: string): Promise<{ sessionId: SessionId; prompts: MessageId[] }> {
  model.script(`script-${key}one`, [{ calls: [bash("echo one > a.txt; echo new > new.txt; chmod +x new.txt")] }, { text: "One." }]);
  model.script(`script-${key}two`, [
    { calls: [bash("echo two > a.txt; mkdir ignored; mv b.txt ignored; mv dir moved; ln -s a.txt link")] },
    { text: "Two." },
  ]);
  const prompt = `script-${key}one please`;
  const { sessionId } = await sessions.createSession({
    workspaceId,
    repositoryId,
    actor: actor(),
    origin: "browser",
    prompt,
    model: "anthropic/scripted",
  });
  await ended(sessionId);
  await sessions.submitPrompt({ workspaceId, sessionId, prompt: `script-${key}two please` });
  const { view } = await ended(sessionId);
  return { sessionId, prompts: view.messages.filter((message) => message.role === "user").map((message) => message.id) };
}

describe("reverting", () => {
  test("shows what it will do, puts the files back, and takes it back again; hand-made changes elsewhere stay", async () => {
    const { sessionId, prompts } = await work("revert");
    const key = { workspaceId, sessionId };
    const directory = await directoryOf(sessionId);
    await writeFile(join(directory, "a.txt"), "by hand\n");
    await writeFile(join(directory, "mine.txt"), "by hand\n");
    const point = { messageId: prompts[1] as MessageId, partId: null };
    const { files, messages } = await sessions.previewRevert(key, point);
    expect(messages).toBe(3);
    expect(files.map((file) => [file.path, file.effect, file.changedByHand, file.steps])).toEqual([
      ["a.txt", "changes", true, 1],
      ["b.txt", "comes-back", false, 1],
      ["dir/c.txt", "comes-back", false, 1],
      ["link", "goes-away", false, 1],
      ["moved/c.txt", "goes-away", false, 1],
    ]);
    expect(await contentOf(sessionId, "a.txt")).toBe("by hand\n");

    await sessions.revertSession(key, point, "Ada");
    await expect(sessions.submitPrompt({ ...key, prompt: "too early" })).rejects.toMatchObject({ code: "CONFLICT" });
    const view = await reverted(sessionId, "applied");
    expect(view.revert).toMatchObject({ messageId: point.messageId, by: "Ada", error: null });
    expect(await contentOf(sessionId, "a.txt")).toBe("one\n");
    expect(await contentOf(sessionId, "b.txt")).toBe("base\n");
    expect(await contentOf(sessionId, "dir/c.txt")).toBe("base\n");
    expect(existsSync(join(directory, "moved"))).toBe(false);
    expect(existsSync(join(directory, "link"))).toBe(false);
    expect(await contentOf(sessionId, "mine.txt")).toBe("by hand\n");
    expect((await sessions.getSessionDiff(key))?.files.map((file) => file.path)).toEqual(["a.txt", "mine.txt", "new.txt"]);

    await sessions.unrevertSession(key);
    await reverted(sessionId, null);
    expect(await contentOf(sessionId, "a.txt")).toBe("by hand\n");
    expect(existsSync(join(directory, "b.txt"))).toBe(false);
    expect(await contentOf(sessionId, "moved/c.txt")).toBe("base\n");
    expect((await get(sessionId)).view.messages).toHaveLength(6);
  });

  test("the next prompt makes it final: the model is not sent what was reverted, the log keeps it", async () => {
    const { sessionId, prompts } = await work("final");
    const key = { workspaceId, sessionId };
    await sessions.revertSession(key, { messageId: prompts[1] as MessageId, partId: null }, "Ada");
    await reverted(sessionId, "applied");
    // Further back while one stands, then all of it at once.
    await sessions.revertSession(key, { messageId: prompts[0] as MessageId, partId: null }, "Ada");
    await until(
      "the second revert is applied",
      async () => ((await contentOf(sessionId, "new.txt")) === null && (await get(sessionId)).view.revert?.state === "applied") || null,
    );
    expect(await contentOf(sessionId, "a.txt")).toBe("base\n");
    await sessions.unrevertSession(key);
    await reverted(sessionId, null);
    expect(await contentOf(sessionId, "a.txt")).toBe("two\n");
    await sessions.revertSession(key, { messageId: prompts[1] as MessageId, partId: null }, "Ada");
    await reverted(sessionId, "applied");
    model.script("script-finalthree", [{ text: "Three." }]);
    await sessions.submitPrompt({ ...key, prompt: "script-finalthree please" });
    const { view } = await ended(sessionId);
    expect(view.revert).toBeNull();
    const said = view.parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
    expect(said).toEqual(["script-finalone please", "One.", "script-finalthree please", "Three."]);
    const log = await sessions.readSessionEvents({ ...key, after: 0 });
    expect(JSON.stringify(log)).toContain("script-finaltwo");
    await expect(sessions.unrevertSession(key)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("is refused while a turn runs", async () => {
    model.script("script-busy", [{ calls: [bash("sleep 2")] }, { text: "Done." }]);
    const prompt = "script-busy please";
    const { sessionId } = await sessions.createSession({
      workspaceId,
      repositoryId,
      actor: actor(),
      origin: "browser",
      prompt,
      model: "anthropic/scripted",
    });
    const { view } = await get(sessionId);
    const point = { messageId: view.messages[0]?.id as MessageId, partId: null };
    await expect(sessions.revertSession({ workspaceId, sessionId }, point, "Ada")).rejects.toMatchObject({ code: "CONFLICT" });
    await sessions.abortSession({ workspaceId, sessionId });
  });
});

describe("forks", () => {
  test("go on from a message with the files as they were then, on a branch of their own", async () => {
    const { sessionId, prompts } = await work("fork");
    const fork = await sessions.forkSession(
      { workspaceId, sessionId },
      { messageId: prompts[1] as MessageId, actor: actor(), origin: "browser" },
    );
    expect(fork.prompt).toBe("script-forktwo please");
    const opened = (await get(fork.sessionId)).view;
    expect(opened.forkedFrom).toMatchObject({ sessionId });
    expect(opened.parts.flatMap((part) => (part.type === "text" ? [part.text] : []))).toEqual(["script-forkone please", "One."]);
    expect(opened.diff.filesChanged).toBe(2);
    expect(opened.branch).not.toBe((await get(sessionId)).view.branch);
    model.script("script-forkthree", [
      { calls: [bash("cat a.txt b.txt && ls -l new.txt && git rev-parse --abbrev-ref HEAD")] },
      { text: "Three." },
    ]);
    await sessions.submitPrompt({ workspaceId, sessionId: fork.sessionId, prompt: "script-forkthree please" });
    const { view } = await ended(fork.sessionId);
    const output = view.parts.findLast((part) => part.type === "tool")?.output ?? "";
    expect(output).toContain("one\nbase\n");
    expect(output).toContain("rwx");
    expect(output).toContain(view.branch);
    expect(await contentOf(sessionId, "a.txt")).toBe("two\n");
    // The workspace is lost: it is made again from the last snapshot, not from the base.
    const again = join(product.dataDirectory, "again");
    await repositories.restoreSnapshot({ workspaceId, repositoryId, sessionId: fork.sessionId, directory: again });
    expect(await readFile(join(again, "a.txt"), "utf8")).toBe("one\n");
    await rm(join(product.dataDirectory, "snapshots", `${fork.sessionId}.git`, "objects"), { recursive: true });
    await rm(again, { recursive: true });
    await repositories.restoreSnapshot({ workspaceId, repositoryId, sessionId: fork.sessionId, directory: again });
    expect(await readFile(join(again, "a.txt"), "utf8")).toBe("one\n");
  });
});

describe("out", () => {
  const push = async (sessionId: SessionId, branch?: string) => {
    await sessions.requestPush({ workspaceId, sessionId }, { actor: actor(), branch });
    return until("the push ends", async () => {
      const { push: state } = (await get(sessionId)).view;
      return state && state.state !== "pushing" ? state : null;
    });
  };

  test("the work goes out as one commit of the person's on a branch, moves forward, and never over others' commits", async () => {
    const { sessionId } = await work("push");
    const { view } = await get(sessionId);
    const pushed = await push(sessionId);
    expect(pushed).toMatchObject({ state: "pushed", branch: view.branch });
    const shown = await userGit(origin, "log", "-1", "--format=%an <%ae>%n%cn%n%P%n%B", view.branch ?? "");
    expect(shown).toMatch(/^.+ <.+@.+>\nOpenCode\n/);
    expect(shown).toContain(view.baseCommit);
    expect(shown).toContain("Co-authored-by: OpenCode");
    expect(await userGit(origin, "show", `${view.branch}:a.txt`)).toBe("two\n");
    expect((await push(sessionId)).error).toContain("nothing to push");
    await writeFile(join(await directoryOf(sessionId), "more.txt"), "more\n");
    expect((await push(sessionId)).state).toBe("pushed");
    expect((await userGit(origin, "rev-list", "--count", `main..${view.branch}`)).trim()).toBe("2");
    const theirs = (await userGit(origin, "commit-tree", "-p", view.branch ?? "", "-m", "theirs", `${view.branch}^{tree}`)).trim();
    await userGit(origin, "update-ref", `refs/heads/${view.branch}`, theirs);
    await writeFile(join(await directoryOf(sessionId), "more.txt"), "most\n");
    expect((await push(sessionId)).error).toContain("did not come from here");
    expect((await push(sessionId, "main")).error).toContain("default branch");
    for (const branch of ["-x", "a..b", "--force", "x.lock", "a b"]) {
      await expect(sessions.requestPush({ workspaceId, sessionId }, { actor: actor(), branch })).rejects.toMatchObject({
        code: "BAD_REQUEST",
      });
    }
    const { bundle, branch } = await sessions.getSessionBundle({ workspaceId, sessionId }, actor());
    const file = join(product.dataDirectory, "the.bundle");
    await writeFile(file, bundle);
    await userGit(origin, "fetch", file, `${branch}:refs/heads/from-bundle`);
    expect(await userGit(origin, "show", "from-bundle:more.txt")).toBe("most\n");
  });
});

test("a published package of more than 1,000 files, uploaded as an archive, is worked on, and the diff is right", async () => {
  const published = join(import.meta.dirname, "../../../node_modules/lucide-react");
  const archive = execFileSync("tar", ["-czf", "-", "--exclude=*.map", "-C", join(published, ".."), "lucide-react"], {
    maxBuffer: 256 * 1024 * 1024,
  });
  const scope = { workspaceId, actorId: userId, actorKind: "user" as const };
  const body = new Blob([Uint8Array.from(archive)]).stream();
  const uploaded = await repositories.uploadArchive(scope, { name: "lucide-react.tgz", repositoryId: null, body });
  const key = { workspaceId, repositoryId: uploaded.id };
  const ready = await until("the archive is read", async () => {
    const row = await repositories.getRepository(key);
    return row.state === "connecting" ? null : row;
  });
  expect(ready).toMatchObject({ state: "ready", lastError: null });
  expect(ready.fileCount).toBeGreaterThan(1_000);
  model.script("script-package", [{ calls: [bash('sed -i \'s/"name"/"title"/\' package.json && rm README.md')] }, { text: "Done." }]);
  const prompt = "script-package please";
  const { sessionId } = await sessions.createSession({
    workspaceId,
    repositoryId: uploaded.id,
    actor: actor(),
    origin: "browser",
    prompt,
    model: "anthropic/scripted",
  });
  await ended(sessionId);
  const diff = await sessions.getSessionDiff({ workspaceId, sessionId });
  expect(diff?.files.map((file) => [file.path, file.status])).toEqual([
    ["README.md", "deleted"],
    ["package.json", "modified"],
  ]);
});
