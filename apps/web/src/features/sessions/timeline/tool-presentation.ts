import { stoppedCallError, type ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import {
  BookOpen,
  Braces,
  FilePenLine,
  FilePlus2,
  FileSearch,
  FileText,
  FolderTree,
  Globe,
  ListTodo,
  type LucideIcon,
  MessageCircleQuestionMark,
  Search,
  SquareTerminal,
  Wrench,
} from "lucide-react";
import { z } from "zod";

interface ToolPresentation {
  readonly icon: LucideIcon;
  /** what it would do, does, and has done */
  readonly wish: string;
  readonly doing: string;
  readonly done: string;
}

const presentations: Readonly<Record<string, ToolPresentation>> = {
  bash: { icon: SquareTerminal, wish: "Run", doing: "Running", done: "Ran" },
  read: { icon: FileText, wish: "Read", doing: "Reading", done: "Read" },
  write: { icon: FilePlus2, wish: "Write", doing: "Writing", done: "Wrote" },
  edit: { icon: FilePenLine, wish: "Edit", doing: "Editing", done: "Edited" },
  grep: { icon: Search, wish: "Search", doing: "Searching", done: "Searched" },
  glob: { icon: FileSearch, wish: "Find files", doing: "Finding files", done: "Found files" },
  list: { icon: FolderTree, wish: "List", doing: "Listing", done: "Listed" },
  question: { icon: MessageCircleQuestionMark, wish: "Ask", doing: "Asking", done: "Asked" },
  todowrite: { icon: ListTodo, wish: "Plan", doing: "Planning", done: "Planned" },
  apply_patch: { icon: FilePenLine, wish: "Patch", doing: "Patching", done: "Patched" },
  websearch: { icon: Globe, wish: "Search the web", doing: "Searching the web", done: "Searched the web" },
  skill: { icon: BookOpen, wish: "Load skill", doing: "Loading skill", done: "Loaded skill" },
  lsp: { icon: Search, wish: "Ask the language server", doing: "Asking the language server", done: "Asked the language server" },
  structured_output: { icon: Braces, wish: "Give the result", doing: "Giving the result", done: "Gave the result" },
  webfetch: { icon: Globe, wish: "Fetch", doing: "Fetching", done: "Fetched" },
};

/** Icon and verbs of a tool; an unknown tool is called by its name. */
export function presentTool(tool: string): ToolPresentation {
  return presentations[tool] ?? { icon: Wrench, wish: `Call ${tool}`, doing: `Calling ${tool}`, done: tool };
}

const known = z
  .object({
    command: z.string(),
    filePath: z.string(),
    path: z.string(),
    pattern: z.string(),
    url: z.string(),
    query: z.string(),
    name: z.string(),
  })
  .partial()
  .catch({});

/** One line that says what a call is about: the title that the tool gave, or the telling part of its input. */
export function toolSubject(part: Pick<ToolPart, "tool" | "title" | "input">): string {
  if (part.title !== "" && part.title !== part.tool) return part.title;
  const input = known.parse(part.input);
  const subject = input.command ?? input.filePath ?? input.pattern ?? input.url ?? input.query ?? input.name ?? input.path ?? "";
  return subject.split("\n", 1)[0] ?? "";
}

/** How a call stands; `failed` is also a command that ended with another exit code than 0, `stopped` one that the user ended. */
export type CallStanding = "waiting" | "active" | "stopped" | "failed" | "done";

/** Answers how a call stands. One that the user stopped has done nothing wrong, and is told from those that have. */
export function standingOf(part: Pick<ToolPart, "state" | "error" | "exitCode">): CallStanding {
  if (part.state === "waiting") return "waiting";
  if (part.state === "running" || part.state === "pending") return "active";
  if (part.state === "error" && part.error === stoppedCallError) return "stopped";
  return part.state === "error" || (part.exitCode !== null && part.exitCode !== 0) ? "failed" : "done";
}
