/** One session of 5,000 parts in 100 turns, for pages that must stay quick. */
import { createSignInLink } from "@opencode/core/modules/auth/index.ts";
import { ensureDemoWorkspace } from "../demo-workspace.ts";
import { type PlayedStep, playTurn } from "../play-turn.ts";
import { printResult } from "../result.ts";
import { writeSession } from "../write-session.ts";

const turns = 100;
const stepsPerTurn = 49;

function step(index: number): PlayedStep {
  const path = `src/module-${index % 40}.ts`;
  if (index % 7 === 0) return { text: `Step ${index}: **${path}** needs the same change; \`npm test\` comes after it.` };
  if (index % 5 === 0) {
    const output = Array.from({ length: 40 }, (_, line) => `✔ case ${index}.${line} (0.${line} ms)`).join("\n");
    return { tool: "bash", title: "npm test", input: { command: "npm test" }, output, exitCode: index % 35 === 0 ? 1 : 0 };
  }
  return { tool: "read", title: path, input: { path }, output: `1: export const value = ${index};\n`.repeat(20) };
}

await printResult(async () => {
  const { workspace, ownerId, repositoryId } = await ensureDemoWorkspace();
  const createdAt = new Date(Date.now() - 24 * 3_600_000);
  const events = Array.from({ length: turns }, (_, turn) =>
    playTurn({
      prompt: `Part ${turn + 1} of the migration`,
      state: "completed",
      at: new Date(createdAt.getTime() + turn * 300_000),
      ordinal: turn + 1,
      steps: Array.from({ length: stepsPerTurn }, (_unused, index) => step(turn * stepsPerTurn + index)),
    }),
  ).flat();
  const title = "A long migration (5,000 parts)";
  const sessionId = await writeSession({ workspaceId: workspace.id, repositoryId, ownerId, title, state: "idle", createdAt, events });
  const path = `/w/${workspace.slug}/sessions/${sessionId}`;
  const { url } = await createSignInLink({ userId: ownerId, callbackPath: path });
  return { signInUrl: url, links: [{ title, path }] };
});
