import { DiffStat } from "../../../ui/diff-stat.tsx";
import type { DiffFile } from "./file-diff.tsx";

/** The names of the changed files, with how much changed in each. */
export function ChangedFileList({ files, onSelect }: { files: readonly DiffFile[]; onSelect: (path: string) => void }) {
  return (
    <ul aria-label="Changed files" className="max-h-52 overflow-y-auto rounded-lg border border-line bg-surface p-1">
      {files.map((file) => (
        <li key={file.path}>
          <button
            type="button"
            onClick={() => onSelect(file.path)}
            className="flex h-7 w-full items-center gap-3 rounded px-2 text-left hover:bg-hover"
          >
            <span className="min-w-0 flex-1 truncate font-mono text-xs">{file.path}</span>
            {file.binary ? (
              <span className="text-faint text-xs">binary</span>
            ) : (
              <DiffStat additions={file.additions} deletions={file.deletions} />
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}
