import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { makeRepository, userGit } from "../../repositories/testing.ts";

// Before anything reads the environment, which is read once.
const data = mkdtempSync(join(tmpdir(), "sandbox-environment-"));
vi.stubEnv("DATA_DIR", data);
const { sandboxEnvironment } = await import("./sandbox-environment.ts");
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true, force: true });
});

/** How a repository with these files, and links, wants its sandboxes made. */
async function environmentOf(files: Record<string, string | Buffer>, links: Record<string, string> = {}) {
  const repositoryId = `rep_${randomUUID()}` as RepositoryId;
  const work = join(data, repositoryId);
  await makeRepository(work, { "readme.md": "x\n", ...files });
  for (const [path, target] of Object.entries(links)) {
    await mkdir(join(work, path, ".."), { recursive: true });
    await symlink(target, join(work, path));
  }
  await userGit(work, "add", "-A");
  await userGit(work, "commit", "-q", "--allow-empty", "-m", "links");
  await userGit(data, "clone", "-q", "--bare", work, join(data, "mirrors", `${repositoryId}.git`));
  const commit = (await userGit(work, "rev-parse", "HEAD")).trim();
  return sandboxEnvironment({ workspaceId: "wsp_x" as WorkspaceId, repositoryId, commit });
}

const image = (name: string) => JSON.stringify({ image: name });

test("the first devcontainer.json that there is counts, and none where opencode.jsonc says how", async () => {
  expect(await environmentOf({})).toMatchObject({ source: null, image: null, notes: [] });
  const both = { "devcontainer.json": image("last"), ".devcontainer/devcontainer.json": image("first") };
  expect(await environmentOf(both)).toMatchObject({ source: ".devcontainer/devcontainer.json", image: "first", notes: [] });
  const own = { ...both, "opencode.jsonc": `{"sandbox": {"setup": "npm ci"}}` };
  expect(await environmentOf(own)).toMatchObject({ source: "opencode.jsonc", image: null, setup: ["npm ci"] });
});

test("a devcontainer.json that can't be read is said, and no other takes its place", async () => {
  const link = await environmentOf({ "devcontainer.json": image("last") }, { ".devcontainer/devcontainer.json": "../devcontainer.json" });
  expect(link).toMatchObject({ source: ".devcontainer/devcontainer.json", image: null });
  expect(link.notes).toEqual([".devcontainer/devcontainer.json is no regular file, and links are not followed; it has no effect"]);
  const large = await environmentOf({ ".devcontainer.json": `// ${"x".repeat(300_000)}\n${image("large")}` });
  expect(large).toMatchObject({ image: null, notes: [".devcontainer.json is larger than 262,144 bytes; it has no effect"] });
  const latin = await environmentOf({ ".devcontainer.json": Buffer.from(`{"image": "caf\u00e9"}`, "latin1") });
  expect(latin).toMatchObject({ image: null, notes: [".devcontainer.json is not UTF-8 text; it has no effect"] });
  const broken = await environmentOf({ ".devcontainer.json": "{", "opencode.jsonc": `{"sandbox": {"network": ["pypi.org"]}}` });
  expect(broken).toMatchObject({ image: null, network: ["pypi.org"] });
  expect(broken.notes).toEqual([".devcontainer.json is not JSON with comments; it has no effect"]);
});
