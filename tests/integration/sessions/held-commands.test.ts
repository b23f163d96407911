import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { startScriptedModel } from "./support/scripted-model.ts";
import { bash, startSessions, task, toolsOf } from "./support/session-driver.ts";

const image = process.env.SANDBOX_DOCKER_IMAGE ?? "opencode-sandbox:latest";
const isThere = spawnSync("docker", ["image", "inspect", image]).status === 0;
const model = await startScriptedModel();
const started = isThere ? await startSessions("Held", model, { env: { SANDBOX_DRIVER: "docker" } }) : null;

test.skipIf(started === null)("on Docker, plan and explore read by commands, and change nothing by them", { timeout: 60_000 }, async () => {
  if (started === null) return;
  const { sessions, workspaceId, begin, get, ended } = started;
  model.script("script-explore", [{ calls: [bash("ls src; touch src/made.ts"), bash("head -3 package.json")] }, { text: "Explored." }]);
  model.script("script-plan", [
    { calls: [bash("git log --oneline; ls")] },
    { calls: [task("Look", "script-explore", { subagent_type: "explore" })] },
    { text: "The plan." },
  ]);
  const sessionId = await begin("script-plan", { agent: "plan" });
  const { view, session } = await ended(sessionId);
  expect(view.turns[0]).toMatchObject({ state: "completed", error: null });
  expect(toolsOf(view)[0]).toMatchObject({
    state: "completed",
    output: expect.stringMatching(/ Sample project\n[\s\S]*package\.json\n/),
  });
  const [child] = await sessions.listChildren({ workspaceId, sessionId });
  const looked = child && toolsOf((await get(child.sessionId)).view);
  expect(looked?.map(({ state }) => state)).toEqual(["error", "completed"]);
  expect(looked?.[1]?.output).toContain('"name"');
  expect(session.diff).toMatchObject({ filesChanged: 0 });
});
