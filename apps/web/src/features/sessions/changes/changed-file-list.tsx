import { useDeferredValue, useState } from "react";
import { Input } from "../../../ui/input.tsx";
import type { DiffFile } from "./file-diff.tsx";
import { FileStat } from "./file-stat.tsx";

const filterFrom = 30;
const maxShown = 200;

/** The names of the changed files, with how much changed in each; many can be looked through. */
export function ChangedFileList({ files, onSelect }: { files: readonly DiffFile[]; onSelect: (path: string) => void }) {
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const found = wanted === "" ? files : files.filter(({ path }) => path.toLowerCase().includes(wanted));
  return (
    <div className="rounded-lg border border-line bg-surface">
      {files.length >= filterFrom ? (
        <div className="border-line border-b p-1.5">
          <Input
            type="search"
            aria-label="Filter the changed files"
            placeholder={`Filter ${files.length.toLocaleString("en")} files`}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="h-7 text-sm"
          />
        </div>
      ) : null}
      <ul aria-label="Changed files" className="max-h-52 overflow-y-auto p-1">
        {found.slice(0, maxShown).map((file) => (
          <li key={file.path}>
            <button
              type="button"
              onClick={() => onSelect(file.path)}
              className="flex h-7 w-full items-center gap-3 rounded px-2 text-left hover:bg-hover max-lg:h-9"
            >
              <span className="min-w-0 flex-1 truncate font-mono text-xs" title={file.path}>
                {file.path}
              </span>
              <FileStat file={file} />
            </button>
          </li>
        ))}
        {found.length === 0 ? <li className="px-2 py-1.5 text-muted text-xs">No changed file is named like this.</li> : null}
        {found.length > maxShown ? (
          <li className="px-2 py-1.5 text-faint text-xs">
            … and {(found.length - maxShown).toLocaleString("en")} more. Filter them by name.
          </li>
        ) : null}
      </ul>
    </div>
  );
}
