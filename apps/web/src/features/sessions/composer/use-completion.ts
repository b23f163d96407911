"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { type CompletionAt, complete, completionAt } from "./completion-at.ts";

export interface CompletionItem {
  readonly kind: "command" | "agent" | "file";
  /** what is put in after the sign */
  readonly value: string;
  readonly note: string;
}

const staleMs = 30_000;

interface UseCompletionInput {
  readonly repositoryId: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly textarea: RefObject<HTMLTextAreaElement | null>;
}

/** Completion of `/commands`, `@agents` and `@files` while somebody types; keys move in it and take from it. */
export function useCompletion({ repositoryId, value, onChange, textarea }: UseCompletionInput) {
  const [at, setAt] = useState<CompletionAt | null>(null);
  const [index, setIndex] = useState(0);
  const caretAfter = useRef<number | null>(null);
  const items = useItems(repositoryId, at);
  const isOpen = at !== null && items.length > 0;

  useEffect(() => {
    const box = textarea.current;
    if (caretAfter.current === null || !box || box.value !== value) return;
    box.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = null;
  }, [value, textarea]);

  const look = (text: string, caret: number) => {
    setAt(completionAt(text, caret));
    setIndex(0);
  };
  const take = (item: CompletionItem) => {
    if (!at) return;
    const completed = complete(value, at, item.value);
    caretAfter.current = completed.caret;
    onChange(completed.text);
    setAt(null);
    textarea.current?.focus();
  };
  /** True when the key was meant for the list. */
  const onKey = (event: KeyboardEvent): boolean => {
    if (!isOpen || event.nativeEvent.isComposing) return false;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const item = items[index];
    if (move) setIndex((index + move + items.length) % items.length);
    else if (event.key === "Escape") setAt(null);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && item) take(item);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { items: isOpen ? items : [], index, look, close: () => setAt(null), take, onKey, hover: setIndex };
}

function useItems(repositoryId: string, at: CompletionAt | null): readonly CompletionItem[] {
  const trpc = useTRPC();
  const query = at?.query.toLowerCase() ?? "";
  // The repositories may come after the first letters: what was typed is looked up then.
  const isKnown = repositoryId !== "";
  const isCommand = isKnown && at?.kind === "command";
  const isMention = isKnown && at?.kind === "mention";
  const commands = useQuery(trpc.agents.commands.queryOptions({ repositoryId }, { enabled: isCommand, staleTime: staleMs }));
  const agents = useQuery(trpc.agents.list.queryOptions({ repositoryId }, { enabled: isMention, staleTime: staleMs }));
  const files = useQuery(
    trpc.agents.files.queryOptions({ repositoryId, query }, { enabled: isMention, staleTime: staleMs, placeholderData: keepPreviousData }),
  );
  if (isCommand) {
    const found = (commands.data?.commands ?? []).filter(({ name }) => name.toLowerCase().includes(query));
    const byStart = found.toSorted((a, b) => Number(b.name.startsWith(query)) - Number(a.name.startsWith(query)));
    return byStart.slice(0, 12).map(({ name, description }) => ({ kind: "command", value: name, note: description }));
  }
  if (!isMention) return [];
  const named = (agents.data?.agents ?? []).filter(({ name, mode }) => mode !== "primary" && name.startsWith(query));
  return [
    ...named.map(({ name, description }) => ({ kind: "agent" as const, value: name, note: description })),
    ...(files.data ?? []).slice(0, 12).map((path) => ({ kind: "file" as const, value: path, note: "" })),
  ];
}
