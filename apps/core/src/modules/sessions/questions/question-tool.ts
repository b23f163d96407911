import { z } from "zod";
import { defineTool, failure, type Tool } from "../../tools/index.ts";
import { questionSchema } from "../contract.ts";

export const questionInputSchema = z.object({
  questions: z.array(questionSchema).min(1, "Ask at least one question.").max(10, "Ask ten questions at most."),
});

/** Asks the user; the loop answers it, not the sandbox: the turn waits durably for somebody. */
export const questionTool: Tool = defineTool({
  name: "question",
  description:
    "Asks the user and waits for the answer. Use it when the task can be understood in ways that lead to different work, or a decision is the user's to make; not for what you can find out yourself. Each question has a short header (30 characters at most), options to choose from with a description each, and `multiple` when several may be chosen. The user can always write an answer of their own: do not add an option for that.",
  inputSchema: questionInputSchema,
  readOnly: false,
  subject: ({ questions }) => ({ permission: "question", targets: questions.map(({ header }) => header), alwaysRule: "*" }),
  execute: async () => failure("question", "Nobody can be asked here."),
});
