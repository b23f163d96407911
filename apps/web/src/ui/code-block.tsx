"use client";

import { memo } from "react";
import { CopyButton } from "./copy-button.tsx";
import { useHighlighted } from "./use-highlighted.ts";

/** A piece of code with its language's colours, once those are loaded. */
export const CodeBlock = memo(function CodeBlock({ code, language }: { code: string; language: string | null }) {
  const lines = useHighlighted(code, language);
  return (
    <div className="group relative overflow-hidden rounded-lg border border-line bg-subtle">
      <pre className="overflow-x-auto p-3 font-mono text-[0.8125rem] leading-5">
        <code>
          {lines
            ? lines.map((line) => (
                <span key={line.key} className="block min-h-5">
                  {line.tokens.map((token) => (
                    <span key={token.key} className="shiki-token" style={token.style}>
                      {token.content}
                    </span>
                  ))}
                </span>
              ))
            : code}
        </code>
      </pre>
      <div className="absolute top-1 right-1 rounded-md bg-subtle opacity-0 transition-opacity focus-within:opacity-100 group-hover:opacity-100">
        <CopyButton text={code} label="Copy code" />
      </div>
    </div>
  );
});
