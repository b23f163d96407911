import { z } from "zod";
import { defineTool, failure, type Tool } from "../../tools/index.ts";
import type { Agent } from "../agents/agent.ts";

export const taskInputSchema = z.object({
  description: z.string().trim().min(1).max(200).describe("Three to five words that name the task."),
  prompt: z.string().trim().min(1).max(100_000).describe("The whole task: the sub-agent sees nothing else of this conversation."),
  subagent_type: z.string().trim().min(1).max(64).describe("Which sub-agent does it."),
  task_id: z.string().max(64).optional().describe("Goes on with an earlier task of this conversation: the id that its result named."),
});
export type TaskInput = z.output<typeof taskInputSchema>;

/** Agents that the task tool may start. */
export function subAgentsOf(agents: readonly Agent[]): Agent[] {
  return agents.filter((agent) => agent.mode !== "primary" && !agent.hidden);
}

/** Starts a sub-agent; the loop runs it as a session of its own and waits for it, so nothing is executed here. */
export function taskTool(agents: readonly Agent[]): Tool {
  const list = subAgentsOf(agents).map(({ name, description }) => `- ${name}: ${description.replaceAll(/\s+/g, " ").slice(0, 400)}`);
  return defineTool({
    name: "task",
    description: `Gives a self-contained task to a sub-agent and waits for its result. It works in the same directory and sees your changes; it does not see this conversation, so its prompt has to say everything. Several tasks that do not depend on each other: make the calls together in one step, they run at the same time. Its last message comes back to you; the user does not read it. Not for what one or two calls of your own would find out.\n\nSub-agents:\n${list.join("\n")}`,
    inputSchema: taskInputSchema,
    // Several of one message run at the same time; what each of them does is judged in its own session.
    readOnly: true,
    subject: ({ subagent_type }) => ({ permission: "task", targets: [subagent_type], alwaysRule: subagent_type }),
    execute: async () => failure("task", "There are no sub-agents here."),
  });
}
