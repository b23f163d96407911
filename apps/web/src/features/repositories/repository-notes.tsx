import type { RepositoryView } from "@opencode/core/modules/repositories/contract.ts";

/** What a checkout of the repository does not hold. */
export function RepositoryNotes({ repository }: { repository: RepositoryView }) {
  const { notes, mirrorKind } = repository;
  const lines = [
    mirrorKind === "shallow" ? "It is large: only the newest state of its default branch is fetched, without the history." : null,
    mirrorKind === "partial"
      ? "It is large: all its history is fetched, but of the files only the newest state. Older contents can't be read in a session."
      : null,
    notes && notes.lfsFiles > 0
      ? `${notes.lfsFiles === 1 ? "One file is" : `${notes.lfsFiles} files are`} kept in Git LFS: the agent sees pointers, not contents.`
      : null,
    notes && notes.submodules.length > 0 ? `Submodules are not fetched: ${notes.submodules.map(({ path }) => path).join(", ")}.` : null,
  ].filter((line) => line !== null);
  return lines.map((line) => (
    <p key={line} className="mt-1 text-muted text-xs">
      {line}
    </p>
  ));
}
