import { type GitEnd, type GitProcess, spawnGit } from "../../platform/git-process.ts";

/** Runs a git that needs no streams of ours. */
export type GitRunner = (git: GitProcess, signal?: AbortSignal) => Promise<GitEnd>;

let runner: GitRunner = spawnGit;

/** From now on this process has its gits started by another one. For those that live long and grow large. */
export function useGitRunner(other: GitRunner): void {
  runner = other;
}

export const gitRunner = (): GitRunner => runner;
