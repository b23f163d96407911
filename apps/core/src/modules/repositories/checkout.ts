import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../platform/errors.ts";
import type { SessionId } from "../../platform/ids.ts";
import { logger } from "../../platform/logger.ts";
import { mirrorPath } from "./data-paths.ts";
import { ensureBase } from "./ensure-base.ts";
import { exclusive } from "./exclusive.ts";
import { declarePartial, isPartial } from "./fetch-partial.ts";
import { gitLine, runGit } from "./git.ts";
import { freshMirror } from "./mirror-repository.ts";
import type { RepositoryKey } from "./repo.ts";
import { type CheckoutRecord, excludedPaths, openSessionStore, readCheckout, writeCheckout } from "./session-store.ts";

export interface Checkout extends CheckoutRecord {
  /** why the session does not start from the newest state; null when it does */
  readonly warning: string | null;
}

const checkoutMs = 300_000;
const cloneMarker = "opencode-clone-complete";

/** The branch that a session works on. */
export function branchOf(sessionId: SessionId): string {
  return `opencode/${sessionId.slice(-8)}`;
}

/**
 * Puts a plain clone of the repository into `directory`, on the session's own branch: no credentials, no hooks, no link
 * to the mirror's files. What was there is replaced, unless a checkout of this session is complete; a session that is
 * checked out again (a rebuilt sandbox, also on another machine: `recorded`) starts from the commit it first started from.
 * Throws AppError that says why.
 */
export async function checkout(
  request: RepositoryKey & { sessionId: SessionId; directory: string; recorded?: CheckoutRecord | null },
): Promise<Checkout> {
  const { repositoryId, sessionId, directory } = request;
  const earlier = (await readCheckout(sessionId)) ?? request.recorded ?? null;
  if (earlier && existsSync(join(directory, ".git", cloneMarker))) return { ...earlier, warning: null };
  const mirror = mirrorPath(repositoryId);
  const { isThere, source, warning } = earlier
    ? await ensureBase(request, earlier.baseCommit)
    : { ...(await freshMirror(request)), isThere: true };
  if (!isThere)
    throw new AppError("UNPROCESSABLE", "The commit that this session began from is in the repository no more. Start a new session.");
  if (warning) logger.warn({ repositoryId, sessionId, warning }, "repositories: a session starts from an older copy");
  const record = await exclusive(mirror, async () => {
    const baseCommit = earlier?.baseCommit ?? (await gitLine(["rev-parse", "--verify", "HEAD^{commit}"], { gitDir: mirror }));
    // Kept by name, so that no later fetch or clean-up takes the session's ground away.
    const heldBy = `refs/opencode/sessions/${sessionId}`;
    await runGit(["update-ref", heldBy, baseCommit], { gitDir: mirror });
    const clone = { baseCommit, branch: earlier?.branch ?? branchOf(sessionId) };
    await cloneInto(mirror, directory, clone, { origin: source?.kind === "url" ? source.location : null, heldBy });
    return clone;
  });
  await openSessionStore(request);
  await writeCheckout(sessionId, record);
  return { ...record, warning };
}

/** Fills an empty directory with a clone of the mirror at a commit. */
export async function cloneInto(
  mirror: string,
  directory: string,
  { baseCommit, branch }: CheckoutRecord,
  { origin, heldBy }: { origin: string | null; heldBy: string },
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true });
  const defaultBranch = (await gitLine(["symbolic-ref", "HEAD"], { gitDir: mirror })).replace("refs/heads/", "");
  // --no-hardlinks: a file of the mirror must not be the same file as one that a sandbox can write.
  const settings = ["user.name=OpenCode", "user.email=opencode@localhost"].flatMap((setting) => ["-c", setting]);
  await runGit(["clone", "--quiet", "--no-hardlinks", "--no-checkout", "--template=", ...settings, mirror, directory], {
    protocols: ["file"],
    timeoutMs: checkoutMs,
  });
  const inClone = { cwd: directory, timeoutMs: checkoutMs };
  // A shallow mirror is not copied but fetched from: what no branch of it holds any more is asked for by the session's name.
  if (existsSync(join(mirror, "shallow"))) {
    const held = ["fetch", "--quiet", "--no-write-fetch-head", "--no-auto-maintenance", "--no-tags", "--depth=1", mirror, heldBy];
    await runGit(held, { ...inClone, protocols: ["file"] });
  }
  // All commits, and the files of those that sessions started from: git in there must neither take the rest for damage nor look for it.
  if (await isPartial(mirror)) await declarePartial(join(directory, ".git"));
  await runGit(["update-ref", `refs/heads/${defaultBranch}`, baseCommit], inClone);
  await runGit(["checkout", "--quiet", "--no-recurse-submodules", "-B", branch, baseCommit], inClone);
  // Where the mirror lies is nobody's business in there.
  await runGit(["config", ...(origin ? ["--replace-all", "remote.origin.url", origin] : ["--unset-all", "remote.origin.url"])], inClone);
  await mkdir(join(directory, ".git", "info"), { recursive: true });
  await appendFile(join(directory, ".git", "info", "exclude"), `${excludedPaths.join("\n")}\n`);
  await appendFile(join(directory, ".git", cloneMarker), "");
}
