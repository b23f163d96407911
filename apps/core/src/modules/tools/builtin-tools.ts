import { applyPatch } from "./apply-patch.ts";
import { bash } from "./bash.ts";
import { edit } from "./edit.ts";
import { glob } from "./glob.ts";
import { grep } from "./grep.ts";
import { list } from "./list.ts";
import { read } from "./read.ts";
import { todowrite } from "./todowrite.ts";
import type { Tool } from "./tool.ts";
import { webfetch } from "./webfetch.ts";
import { write } from "./write.ts";

/** The tools that every agent has, in the order in which a model is told of them. */
export const builtinTools: readonly Tool[] = [bash, read, write, edit, applyPatch, grep, glob, list, todowrite, webfetch];

export function findTool(name: string): Tool | null {
  return builtinTools.find((tool) => tool.name === name) ?? null;
}
