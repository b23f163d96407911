import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../platform/ids.ts";

const scratch = await mkdtemp(join(tmpdir(), "ensure-base-"));
vi.stubEnv("DATA_DIR", join(scratch, "data"));

const { mirrorPath } = await import("./data-paths.ts");
const { cloneInto } = await import("./checkout.ts");
const { fetchBase, hasBase } = await import("./ensure-base.ts");
const { fetchPartial } = await import("./fetch-partial.ts");
const { runGit } = await import("./git.ts");
const { initMirror, localRemote, syncMirror } = await import("./sync-mirror.ts");
const { makeRepository, userGit } = await import("./testing.ts");

afterAll(() => rm(scratch, { recursive: true, force: true }));

const origin = join(scratch, "origin");
const caps = { fullMaxBytes: 10_000_000, maxBytes: 10_000_000 };
const base: Record<"older" | "forced", string> = { older: "", forced: "" };

beforeAll(async () => {
  await makeRepository(origin, { "a.txt": "older\n" });
  base.older = (await userGit(origin, "rev-parse", "HEAD")).trim();
  const commit = async (text: string, ...options: string[]) => {
    await writeFile(join(origin, "a.txt"), text);
    await userGit(origin, "commit", "--quiet", "-am", "next", ...options);
  };
  await commit("forced\n");
  base.forced = (await userGit(origin, "rev-parse", "HEAD")).trim();
  await commit("newest\n", "--amend");
});

/** A mirror of a machine that comes to the repository only now. */
async function mirrorOf(kind: "full" | "partial" | "shallow") {
  const mirror = mirrorPath(newId("repository"));
  const remote = await localRemote(origin);
  if (kind === "full") await syncMirror(mirror, remote, caps);
  else {
    await initMirror(mirror);
    const refs = ["+refs/heads/main:refs/heads/main"];
    if (kind === "partial") await fetchPartial(mirror, remote, { branch: "main", refs, maxBytes: caps.maxBytes });
    else await runGit(["fetch", "--quiet", "--depth=1", origin, ...refs], { ...remote.run, gitDir: mirror });
  }
  return { mirror, remote };
}

describe.each(["full", "partial", "shallow"] as const)("a session goes on where there is a %s mirror of its repository", (kind) => {
  test.each(["older", "forced"] as const)("from the %s commit that it began from", async (which) => {
    const { mirror, remote } = await mirrorOf(kind);
    const baseCommit = base[which];
    expect(await hasBase(mirror, baseCommit)).toBe(kind === "full" && which === "older");
    expect(await fetchBase(mirror, remote, baseCommit)).toBe(true);
    expect(await hasBase(mirror, baseCommit)).toBe(true);
    const heldBy = "refs/opencode/sessions/x";
    await runGit(["update-ref", heldBy, baseCommit], { gitDir: mirror });
    const directory = join(scratch, `${kind}-${which}`);
    await cloneInto(mirror, directory, { baseCommit, branch: "opencode/x" }, { origin: null, heldBy });
    expect(await readFile(join(directory, "a.txt"), "utf8")).toBe(`${which}\n`);
  });

  test("but not from one that is nowhere any more", async () => {
    const { mirror, remote } = await mirrorOf(kind);
    expect(await fetchBase(mirror, remote, "1".repeat(40))).toBe(false);
    expect(await hasBase(mirror, "1".repeat(40))).toBe(false);
  });
});

test("what a mirror held is not taken for what another one holds that was made in its place", async () => {
  const { mirror } = await mirrorOf("full");
  expect(await hasBase(mirror, base.older)).toBe(true);
  await rm(mirror, { recursive: true });
  expect(await hasBase(mirror, base.older)).toBe(false);
  await initMirror(mirror);
  expect(await hasBase(mirror, base.older)).toBe(false);
});
