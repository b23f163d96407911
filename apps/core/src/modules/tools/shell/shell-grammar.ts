import { createRequire } from "node:module";
import type { Node, Parser, Tree } from "web-tree-sitter";
import { logger } from "../../../platform/logger.ts";

export type ShellNode = Node;
export type ShellTree = Tree;

/** Answers null for a script that can't be parsed in time: who asks must take it for one that may do anything. */
export type ParseShell = (script: string) => ShellTree | null;

// A pipeline of a thousand open ends takes the grammar seconds to recover from; an ordinary script takes under 1 ms.
const parseMs = 250;

let loading: Promise<Parser> | undefined;
let isBroken = false;

/** bash's grammar, loaded once a process (some 20 ms), and only where a script is judged. */
async function load(): Promise<Parser> {
  const { Language, Parser: ParserClass } = await import("web-tree-sitter");
  await ParserClass.init();
  // Not a literal: bundlers of processes that never judge a script must not take the file along.
  const grammar = ["@vscode/tree-sitter-wasm", "wasm", "tree-sitter-bash.wasm"].join("/");
  const parser = new ParserClass();
  parser.setLanguage(await Language.load(createRequire(import.meta.url).resolve(grammar)));
  return parser;
}

/** The parser of scripts. Trees are freed by whoever asked for them. */
export async function shellParser(): Promise<ParseShell> {
  loading ??= load();
  const parser = await loading;
  return (script) => {
    if (isBroken) return null;
    const deadline = performance.now() + parseMs;
    try {
      const tree = parser.parse(script, null, { progressCallback: () => performance.now() > deadline });
      if (!tree) parser.reset();
      return tree;
    } catch (error) {
      // WebAssembly that ran out of memory does not come back: from now on every script is asked.
      isBroken = true;
      logger.error({ err: error }, "tools: the shell grammar failed; every command is asked until this process is restarted");
      return null;
    }
  };
}
