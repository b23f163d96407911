"use client";

import { addMcpServerSchema, type McpTarget } from "@opencode/core/modules/mcp/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";

export const kinds = [
  { value: "http", label: "On a server (HTTP)" },
  { value: "stdio", label: "Inside the sandbox (a program)" },
];

/** `Name: value` or `NAME=value`, one a line; null when a line is neither. */
function readPairs(text: string, separator: ":" | "="): Record<string, string> | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const pairs = lines.map(
    (line) => [line.slice(0, line.indexOf(separator)).trim(), line.slice(line.indexOf(separator) + 1).trim()] as const,
  );
  return lines.every((line) => line.indexOf(separator) > 0) ? Object.fromEntries(pairs) : null;
}

/** The form of a new server. */
export function useAddServer(onDone: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<McpTarget["kind"]>("http");
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [command, setCommand] = useState("");
  const [pairs, setPairs] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const add = useMutation(
    trpc.mcp.add.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.mcp.pathFilter());
        onDone();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readPairs(pairs, kind === "http" ? ":" : "=");
    if (read === null) return setProblem(kind === "http" ? "Write each header as Name: value." : "Write each variable as NAME=value.");
    const words = command.split(/\s+/).filter((word) => word !== "");
    const target = kind === "http" ? { kind, url: address.trim(), headers: read } : { kind, command: words, environment: read };
    const parsed = addMcpServerSchema.safeParse({ name, target });
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? "Check what you entered."));
    if (parsed.success) add.mutate(parsed.data);
  };
  const error = problem ?? (add.error ? errorMessage(add.error) : null);
  return { kind, setKind, name, setName, address, setAddress, command, setCommand, pairs, setPairs, submit, busy: add.isPending, error };
}
