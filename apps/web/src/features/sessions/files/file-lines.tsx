"use client";

import { useEffect, useMemo, useRef } from "react";
import { cn } from "../../../ui/cn.ts";
import { useHighlighted } from "../../../ui/use-highlighted.ts";
import { useNear } from "../../../ui/use-near.ts";
import type { FileWish } from "./files-panel.tsx";

const maxColouredChars = 300_000;
const linesPerBlock = 200;
/** more is drawn as it comes into sight; the browser's own search finds what is drawn */
const drawnAtOnceLines = 2_000;
const lineHeightPx = 20;

interface Line {
  readonly number: number;
  readonly text: string;
}

/** A file's lines with their numbers, the wished one in sight. */
export function FileLines({ text, path, wish }: { text: string; path: string; wish: FileWish }) {
  const coloured = useHighlighted(text, path.split(/[./]/).at(-1) ?? null, maxColouredChars);
  const blocks = useMemo(() => blocksOf(text), [text]);
  const count = blocks.at(-1)?.at(-1)?.number ?? 0;
  const numberWidth = `${String(count).length + 3}ch`;
  return (
    <pre className="min-w-full py-2 font-mono text-[0.8125rem] leading-5">
      <code className="block w-max min-w-full">
        {blocks.map((lines) => (
          <Block
            key={lines[0]?.number}
            lines={lines}
            coloured={coloured}
            numberWidth={numberWidth}
            wish={lines.some(({ number }) => number === wish.line) ? wish : null}
            drawAtOnce={count <= drawnAtOnceLines}
          />
        ))}
      </code>
    </pre>
  );
}

function blocksOf(text: string): Line[][] {
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .map((line, index): Line => ({ number: index + 1, text: line }));
  return Array.from({ length: Math.ceil(lines.length / linesPerBlock) }, (_, index) =>
    lines.slice(index * linesPerBlock, (index + 1) * linesPerBlock),
  );
}

interface BlockProps {
  lines: readonly Line[];
  coloured: ReturnType<typeof useHighlighted>;
  numberWidth: string;
  /** the wish for a line of this block */
  wish: FileWish | null;
  drawAtOnce: boolean;
}

function Block({ lines, coloured, numberWidth, wish, drawAtOnce }: BlockProps) {
  const place = useRef<HTMLSpanElement>(null);
  const marked = useRef<HTMLSpanElement>(null);
  const near = useNear(place, drawAtOnce || wish !== null);
  const wishedAt = wish?.at ?? null;
  useEffect(() => {
    if (wishedAt !== null) marked.current?.scrollIntoView({ block: "center" });
  }, [wishedAt]);
  if (!near) return <span ref={place} className="block" style={{ height: lines.length * lineHeightPx }} />;
  return lines.map(({ number, text }) => {
    const isMarked = wish?.line === number;
    return (
      <span key={number} ref={isMarked ? marked : null} className={cn("flex min-h-5 pr-4", isMarked && "bg-accent-soft")}>
        <span className="shrink-0 select-none pr-3 pl-3 text-right text-faint" style={{ minWidth: numberWidth }}>
          {number}
        </span>
        <span className="whitespace-pre">
          {coloured?.[number - 1]?.tokens.map((token) => (
            <span key={token.key} className="shiki-token" style={token.style}>
              {token.content}
            </span>
          )) ?? text}
        </span>
      </span>
    );
  });
}
