"use client";

import type { TerminalOutput } from "@opencode/core/modules/sandbox/contract.ts";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { inputQueue } from "./input-queue.ts";
import { type TerminalPosition, terminalApi } from "./terminal-api.ts";

interface Screen {
  /** `isReplay`: it was answered long ago, and what it asks of a terminal must not be answered again */
  write(bytes: Uint8Array, isReplay: boolean): void;
  reset(): void;
  size(): { cols: number; rows: number };
}

export interface TerminalHandle {
  readonly state: "connecting" | TerminalOutput["state"];
  readonly exitCode: number | null;
  /** what goes wrong just now, in words for people */
  readonly trouble: string | null;
  readonly opening: boolean;
  open(): void;
  close(): void;
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** Shows the output on this screen from the beginning of what is kept; the function ends that. */
  attach(screen: Screen): () => void;
}

const maxInputBytes = 16 * 1024;
const keptBytes = 512 * 1024;
const startSize = { cols: 100, rows: 30 };
const nowhere: TerminalPosition = { shell: "", offset: 0 };

/** The session's terminal: its output by offset, so that a lost connection shows nothing twice and misses nothing that is kept. */
export function useTerminal({ sessionId, workspaceSlug }: { sessionId: string; workspaceSlug: string }): TerminalHandle {
  const api = useMemo(() => terminalApi(sessionId, workspaceSlug), [sessionId, workspaceSlug]);
  const [shell, setShell] = useState<Pick<TerminalHandle, "state" | "exitCode">>({ state: "connecting", exitCode: null });
  const [trouble, setTrouble] = useState<string | null>(null);
  const [opening, setOpening] = useState(false);
  const output = useOutput();
  const { take, position } = output;

  useEffect(
    () =>
      api.follow({
        position,
        onTrouble: setTrouble,
        onOutput: (news, bytes) => {
          const { state, exitCode } = news;
          setTrouble(null);
          setShell((known) => (known.state === state && known.exitCode === exitCode ? known : { state, exitCode }));
          take(news, bytes);
        },
      }),
    [api, take, position],
  );

  const write = useMemo(
    () =>
      inputQueue(async (bytes) => {
        try {
          await api.act({ kind: "write", data: btoa(String.fromCharCode(...bytes)) });
        } catch (error) {
          setTrouble(wordsOf(error));
          throw error;
        }
      }, maxInputBytes),
    [api],
  );
  const resize = useCallback((cols: number, rows: number) => void api.act({ kind: "resize", cols, rows }).catch(() => undefined), [api]);
  const open = async () => {
    setOpening(true);
    setTrouble(null);
    try {
      const { state } = await api.act({ kind: "open", ...output.size() });
      if (state === "none") setTrouble("The session has no sandbox yet.");
    } catch (error) {
      setTrouble(wordsOf(error));
    }
    setOpening(false);
  };
  const close = () => void api.act({ kind: "close" }).catch((error: unknown) => setTrouble(wordsOf(error)));
  return { ...shell, trouble, opening, open: () => void open(), close, write, resize, attach: output.attach };
}

/** What came so far, for the screen that shows it and for one that comes later. */
function useOutput() {
  const screen = useRef<Screen | null>(null);
  const position = useRef(nowhere);
  const kept = useRef<Uint8Array[]>([]);
  return useMemo(
    () => ({
      position: () => position.current,
      size: () => screen.current?.size() ?? startSize,
      take: ({ shell, offset }: TerminalOutput, bytes: Uint8Array) => {
        const isAnother = shell !== position.current.shell;
        if (isAnother) {
          kept.current = [];
          screen.current?.reset();
        }
        position.current = { shell, offset: offset + bytes.length };
        if (bytes.length === 0) return;
        keep(kept.current, bytes);
        screen.current?.write(bytes, isAnother);
      },
      attach: (shown: Screen) => {
        screen.current = shown;
        for (const bytes of kept.current) shown.write(bytes, true);
        return () => {
          screen.current = null;
        };
      },
    }),
    [],
  );
}

function keep(chunks: Uint8Array[], bytes: Uint8Array): void {
  chunks.push(bytes);
  let sum = chunks.reduce((total, chunk) => total + chunk.length, 0);
  while (sum > keptBytes) sum -= chunks.shift()?.length ?? sum;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : "The terminal could not be reached.";
}
