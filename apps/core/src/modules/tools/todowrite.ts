import { z } from "zod";
import { type Todo, todoSchema } from "./contract.ts";
import { defineTool } from "./tool.ts";

const inputSchema = z.object({
  todos: z.array(todoSchema).max(100, "At most 100 items.").describe("The whole list as it now is: it replaces the one before."),
});

export const todowrite = defineTool({
  name: "todowrite",
  description:
    "Keeps the list of what is to do in this session, for you and for the people who watch. Use it for work of three or more steps: write the list first, have one item in_progress at a time, and call again with the whole list as soon as an item is completed. Not for single small tasks.",
  inputSchema,
  readOnly: false,
  subject: () => ({ permission: "todowrite", targets: ["*"], alwaysRule: "*" }),
  async execute({ todos }) {
    const open = todos.filter(({ status }) => status === "pending" || status === "in_progress").length;
    return {
      title: todos.length === 0 ? "empty" : open === 0 ? `all ${todos.length} done` : `${todos.length - open} of ${todos.length} done`,
      output: todos.length === 0 ? "The list is empty." : `The list is kept.\n${todosAsText(todos)}`,
      exitCode: null,
      isError: false,
      metadata: { todos },
    };
  },
});

const marks: Record<Todo["status"], string> = { completed: "[x]", in_progress: "[>]", cancelled: "[-]", pending: "[ ]" };

/** One line an item: `[x] (high) Text`. */
export function todosAsText(todos: readonly Todo[]): string {
  return todos.map(({ content, status, priority }) => `${marks[status]} (${priority}) ${content.replaceAll("\n", " ")}`).join("\n");
}
