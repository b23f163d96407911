"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** What a tool takes, word for word as the model reads it; asked for when somebody wants to see it. */
export function ToolInput({ serverId, tool }: { serverId: string; tool: string }) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery({ ...trpc.mcp.toolInput.queryOptions({ serverId, tool }), enabled: isOpen });
  return (
    <div className="pl-6 text-faint text-xs">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={isOpen ? `Hide the input of ${tool}` : `Show the input of ${tool}`}
        onClick={() => setOpen(!isOpen)}
        className="text-muted hover:text-fg"
      >
        {isOpen ? "Hide input" : "Show input"}
      </button>
      {isOpen ? (
        <pre className="mt-1 max-h-64 overflow-y-auto whitespace-pre-wrap font-mono [overflow-wrap:anywhere]">
          {error ? errorMessage(error) : (data ?? "Loading…")}
        </pre>
      ) : null}
    </div>
  );
}
