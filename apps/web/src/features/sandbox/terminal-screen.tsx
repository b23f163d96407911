"use client";

import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { useTheme } from "next-themes";
import { useEffect, useRef } from "react";
import "@xterm/xterm/css/xterm.css";
import { terminalTheme } from "./terminal-theme.ts";
import type { TerminalHandle } from "./use-terminal.ts";

/** Shows a terminal's output, and hands on what is typed. */
export function TerminalScreen({ terminal, readOnly }: { terminal: TerminalHandle; readOnly: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const screen = useRef<Terminal | null>(null);
  const { resolvedTheme } = useTheme();
  const dark = resolvedTheme === "dark";
  const { attach, write, resize } = terminal;
  const mayWrite = useRef(!readOnly);
  mayWrite.current = !readOnly;

  useEffect(() => {
    if (!place.current) return;
    const xterm = new Terminal({
      fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
      fontSize: 12.5,
      lineHeight: 1.25,
      scrollback: 5_000,
      // A page in the sandbox must not be able to open others by what it prints.
      linkHandler: { activate: () => undefined },
      screenReaderMode: true,
    });
    const fit = new FitAddon();
    xterm.loadAddon(fit);
    xterm.open(place.current);
    screen.current = xterm;
    let replaying = 0;
    const mayAnswer = () => mayWrite.current && replaying === 0;
    const input = [
      xterm.onData((text) => mayAnswer() && write(new TextEncoder().encode(text))),
      xterm.onBinary((text) => mayAnswer() && write(Uint8Array.from(text, (character) => character.charCodeAt(0)))),
      xterm.onResize(({ cols, rows }) => mayWrite.current && resize(cols, rows)),
    ];
    const detach = attach({
      write: (bytes, isReplay) => {
        if (isReplay) replaying += 1;
        xterm.write(bytes, () => {
          if (isReplay) replaying -= 1;
        });
      },
      reset: () => xterm.reset(),
      size: () => ({ cols: xterm.cols, rows: xterm.rows }),
    });
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(place.current);
    fit.fit();
    if (mayWrite.current) xterm.focus();
    return () => {
      observer.disconnect();
      detach();
      for (const listener of input) listener.dispose();
      xterm.dispose();
      screen.current = null;
    };
  }, [attach, write, resize]);

  useEffect(() => {
    const xterm = screen.current;
    if (!xterm) return;
    xterm.options.theme = terminalTheme(dark);
    xterm.options.disableStdin = readOnly;
    xterm.options.cursorBlink = !readOnly;
  }, [dark, readOnly]);

  return (
    <div
      ref={place}
      role="application"
      aria-label="Terminal"
      data-testid="terminal-screen"
      className="min-h-0 flex-1 overflow-hidden bg-surface px-3 py-2"
    />
  );
}
