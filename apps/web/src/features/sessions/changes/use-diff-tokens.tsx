"use client";

import { type CSSProperties, type ReactNode, useEffect, useMemo, useState } from "react";
import { type HunkData, type HunkTokens, markEdits, type RenderToken, tokenize } from "react-diff-view";

/** More than this is shown without colours: they would take longer to make than anybody reads. */
const maxColouredChars = 60_000;
const maxColouredLine = 5_000;

/** What changed within lines, at once; the language's colours as soon as they are loaded. */
export function useDiffTokens(path: string, hunks: readonly HunkData[]): HunkTokens | null {
  const plain = useMemo(() => {
    const all = [...hunks];
    return all.length === 0 ? null : tokenize(all, { highlight: false, enhancers: [markEdits(all, { type: "line" })] });
  }, [hunks]);
  const [coloured, setColoured] = useState<{ hunks: readonly HunkData[]; tokens: HunkTokens } | null>(null);
  useEffect(() => {
    if (!isColourable(hunks)) return;
    let stale = false;
    const colour = async () => {
      const { loadLanguage } = await import("../../../ui/highlight.ts");
      const linesOf = await loadLanguage(path.split(/[./]/).at(-1) ?? "");
      if (!linesOf || stale) return;
      const all = [...hunks];
      const refractor = { highlight: (text: string) => toNodes(linesOf(text)) };
      const tokens = tokenize(all, { highlight: true, refractor, language: "any", enhancers: [markEdits(all, { type: "line" })] });
      setColoured({ hunks, tokens });
    };
    // Without its colours a diff is as good to read.
    colour().catch(() => undefined);
    return () => {
      stale = true;
    };
  }, [path, hunks]);
  return coloured?.hunks === hunks ? coloured.tokens : plain;
}

function isColourable(hunks: readonly HunkData[]): boolean {
  const last = hunks.at(-1);
  if (!last || last.newStart + last.newLines > maxColouredLine || last.oldStart + last.oldLines > maxColouredLine) return false;
  const chars = hunks.reduce((sum, hunk) => sum + hunk.changes.reduce((inHunk, change) => inHunk + change.content.length, 0), 0);
  return chars <= maxColouredChars;
}

type Lines = readonly { readonly tokens: readonly { readonly content: string; readonly style: CSSProperties }[] }[];

function toNodes(lines: Lines) {
  return lines.flatMap(({ tokens }, index) => [
    ...(index === 0 ? [] : [{ type: "text", value: "\n" }]),
    ...tokens.map(({ content, style }) => ({ type: "coloured", style, children: [{ type: "text", value: content }] })),
  ]);
}

/** Draws the tokens that `useDiffTokens` makes. */
export const renderDiffToken: RenderToken = (token, renderDefault, index): ReactNode => {
  const inner = () => token.children?.map((child, place) => renderDiffToken(child, renderDefault, place));
  if (token.type === "coloured") {
    return (
      <span key={index} className="shiki-token" style={token.style}>
        {inner()}
      </span>
    );
  }
  if (token.type === "edit") {
    return (
      <span key={index} className="diff-code-edit">
        {token.value ?? inner()}
      </span>
    );
  }
  return renderDefault(token, index);
};
