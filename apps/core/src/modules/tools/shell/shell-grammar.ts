import { createRequire } from "node:module";
import type { Node, Parser, Tree } from "web-tree-sitter";

export type ShellNode = Node;
export type ShellTree = Tree;

let loading: Promise<Parser> | undefined;

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

/** Answers with what `parse` gives; trees are freed by whoever asked for them. */
export async function shellParser(): Promise<(script: string) => ShellTree | null> {
  loading ??= load();
  const parser = await loading;
  return (script) => parser.parse(script);
}
