import type { RepositoryNotes } from "./contract.ts";
import { runGit } from "./git.ts";

const maxNoted = 100;

/** What a checkout of the commit will not hold: LFS contents (their pointers are there) and submodules. */
export async function readNotes(mirror: string, commit: string): Promise<RepositoryNotes> {
  const run = { gitDir: mirror, cwd: mirror, timeoutMs: 60_000 };
  const orNothing = () => Buffer.alloc(0);
  const attributes = (
    await runGit(["grep", "-h", "-I", "-e", "filter=lfs", commit, "--", ".gitattributes", "*/.gitattributes"], run).catch(orNothing)
  ).toString("utf8");
  const lfsFiles = /filter=lfs/.test(attributes) ? await countPointers(mirror, commit) : 0;
  const modules = await runGit(
    // Without --no-includes, what is read could name files of this machine.
    ["config", "--no-includes", "--blob", `${commit}:.gitmodules`, "-z", "--get-regexp", "^submodule\\..*\\.(path|url)$"],
    run,
  ).catch(orNothing);
  const found = new Map<string, { path: string; url: string }>();
  for (const entry of modules.toString("utf8").split("\0")) {
    const match = /^submodule\.([\s\S]*)\.(path|url)\n([\s\S]*)$/.exec(entry);
    if (!match) continue;
    const [, name = "", field, value = ""] = match;
    const known = found.get(name) ?? { path: name, url: "" };
    found.set(name, field === "path" ? { ...known, path: value } : { ...known, url: value.replace(/\/\/[^/@\s]+@/, "//") });
  }
  return { lfsFiles, submodules: [...found.values()].slice(0, maxNoted) };
}

async function countPointers(mirror: string, commit: string): Promise<number> {
  const args = ["grep", "-l", "-z", "-F", "-e", "version https://git-lfs.github.com/spec/v1", commit];
  const listed = await runGit(args, { gitDir: mirror, cwd: mirror, timeoutMs: 60_000 }).catch(() => Buffer.alloc(0));
  return listed.toString("latin1").split("\0").length - 1;
}
