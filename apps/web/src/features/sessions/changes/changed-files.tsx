"use client";

import type { Diff } from "@opencode/core/modules/repositories/contract.ts";
import { Columns2, Rows2 } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { DiffStat } from "../../../ui/diff-stat.tsx";
import { ChangedFileList } from "./changed-file-list.tsx";
import { type DiffFile, type DiffLayout, FileDiff, fileAnchor } from "./file-diff.tsx";
import { OmittedFiles } from "./omitted-files.tsx";
import { Pager } from "./pager.tsx";
import { useDiffLayout } from "./use-diff-layout.ts";

interface ChangedFilesProps {
  diff: Diff;
  focus: { readonly path: string; readonly at: number } | null;
  actions: ReactNode;
}

const foldAboveLines = 400;
const filesPerPage = 100;
/** more is drawn as it comes into sight */
const drawnAtOnceLines = 2_000;

/** Every changed file, a page of them at a time; long ones are folded until somebody opens them. */
export function ChangedFiles({ diff, focus, actions }: ChangedFilesProps) {
  const [layout, setLayout] = useDiffLayout();
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((path: string) => setToggled((before) => withPath(before, path, !before.has(path))), []);
  const isOpen = (file: DiffFile) => isOpenAtFirst(file) !== toggled.has(file.path);
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(diff.files.length / filesPerPage));
  const shownPage = Math.min(page, pages - 1);
  const { omitted, withoutPatch } = useMemo(() => splitOmitted(diff), [diff]);

  const show = useCallback(
    (path: string) => {
      const index = diff.files.findIndex((candidate) => candidate.path === path);
      const file = diff.files[index];
      if (!file) return false;
      setPage(Math.floor(index / filesPerPage));
      setToggled((before) => withPath(before, path, !isOpenAtFirst(file)));
      requestAnimationFrame(() => document.getElementById(fileAnchor(path))?.scrollIntoView({ block: "start" }));
      return true;
    },
    [diff],
  );
  // Once a wish: the diff comes anew whenever something changes, and whoever reads it stays where they are.
  const granted = useRef<number | null>(null);
  useEffect(() => {
    if (focus && granted.current !== focus.at && show(focus.path)) granted.current = focus.at;
  }, [focus, show]);

  const head = useRef<HTMLDivElement>(null);
  const turnTo = (next: number) => {
    setPage(next);
    // The new page begins at its head, for the eye and for the keyboard.
    requestAnimationFrame(() => {
      head.current?.scrollIntoView({ block: "start" });
      head.current?.focus({ preventScroll: true });
    });
  };

  return (
    <div className="space-y-3 p-3 sm:p-4" data-testid="changes">
      <div ref={head} tabIndex={-1} className="scroll-mt-3 outline-none flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="font-medium text-sm">
          {diff.files.length === 1 ? "1 file" : `${diff.files.length.toLocaleString("en")} files`}
        </span>
        <DiffStat additions={diff.additions} deletions={diff.deletions} />
        <span className="flex-1" />
        <LayoutToggle value={layout} onChange={setLayout} />
        {actions}
      </div>
      {diff.files.length > 1 ? <ChangedFileList files={diff.files} onSelect={show} /> : null}
      {diff.files.slice(shownPage * filesPerPage, (shownPage + 1) * filesPerPage).map((file) => (
        <FileDiff
          key={file.path}
          file={file}
          layout={layout}
          open={isOpen(file)}
          inPatch={!withoutPatch.has(file.path)}
          drawAtOnce={diff.additions + diff.deletions <= drawnAtOnceLines}
          onToggle={toggle}
        />
      ))}
      {pages > 1 ? <Pager page={shownPage} pages={pages} what="files" onPage={turnTo} /> : null}
      <OmittedFiles omitted={omitted} />
    </div>
  );
}

/** What was left out altogether, and the files that stand in the list, but not in the patch. */
function splitOmitted({ files, omitted = [] }: Diff) {
  const listed = new Set(files.map(({ path }) => path));
  return {
    omitted: omitted.filter(({ path }) => !listed.has(path)),
    withoutPatch: new Set(omitted.filter(({ path }) => listed.has(path)).map(({ path }) => path)),
  };
}

/** The set with a path in it, or without. */
function withPath(paths: ReadonlySet<string>, path: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(paths);
  if (isIn) next.add(path);
  else next.delete(path);
  return next;
}

function isOpenAtFirst(file: DiffFile): boolean {
  return !file.binary && file.patch !== null && file.additions + file.deletions <= foldAboveLines;
}

function LayoutToggle({ value, onChange }: { value: DiffLayout; onChange: (layout: DiffLayout) => void }) {
  const item =
    "grid h-6 w-7 place-items-center rounded text-faint hover:text-fg data-[state=on]:bg-surface data-[state=on]:text-fg data-[state=on]:shadow-card";
  return (
    <ToggleGroup.Root
      type="single"
      aria-label="Layout of the diff"
      value={value}
      onValueChange={(next) => {
        if (next === "unified" || next === "split") onChange(next);
      }}
      className="inline-flex rounded-md border border-line bg-subtle p-0.5"
    >
      <ToggleGroup.Item value="unified" aria-label="Unified" title="Unified" className={item}>
        <Rows2 aria-hidden className="size-3.5" />
      </ToggleGroup.Item>
      <ToggleGroup.Item value="split" aria-label="Side by side" title="Side by side" className={item}>
        <Columns2 aria-hidden className="size-3.5" />
      </ToggleGroup.Item>
    </ToggleGroup.Root>
  );
}
