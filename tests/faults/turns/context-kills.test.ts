import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import type { SessionId } from "@opencode/core/platform/ids.ts";
import { expect, test } from "vitest";
import { until } from "../../integration/sessions/support/product.ts";
import { startRawModel } from "../../integration/sessions/support/raw-model.ts";
import { bash, startSessions, textsOf } from "../../integration/sessions/support/session-driver.ts";

const model = await startRawModel();
const options = { ownDatabase: true, supervised: true };
const { product, sessions, workspaceId, userId, begin } = await startSessions("Context kills", model, options);
const { followSession } = await import("../../integration/sessions/support/follow-session.ts");
const { saveAgent } = await import("@opencode/core/modules/sessions/agents/save-agent.ts");
const { putCustomModel } = await import("@opencode/core/modules/providers/model-settings.ts");

const abilities = { tools: true, images: false, reasoning: null, structuredOutput: null };
const small = { modelId: "anthropic/small", label: "Small", contextTokens: 50_000, maxOutputTokens: 4_000, price: null, abilities };
await putCustomModel({ workspaceId, actorId: userId }, small);
const definition = "---\ndescription: takes one step\nmode: primary\nsteps: 1\n---\nWork.";
await saveAgent({ workspaceId, name: "brief", definition, savedBy: userId });

const prose = "What was found out, in words that take their time. ".repeat(3);
const append = (line: string) => bash(`echo ${line} >> count.txt`);
const view = async (sessionId: SessionId) => (await sessions.getSession({ workspaceId, sessionId })).view;

interface Strike {
  readonly prompt: string;
  readonly agent?: string;
  /** what is done when the moment has come, before the kill */
  readonly before?: (sessionId: SessionId) => Promise<unknown>;
  readonly moment: (found: SessionView) => boolean;
}

/** Runs the task, kills the worker in the moment, and waits for the end; what a viewer saw live has to be what a reload shows. */
async function strike({ prompt, agent, before, moment }: Strike): Promise<{ found: SessionView; lines: string[] }> {
  const sessionId = await begin(prompt, { model: "anthropic/small", agent });
  const follower = await followSession({ workspaceId, sessionId });
  await until("the moment", async () => moment(await view(sessionId)), 60_000);
  await before?.(sessionId);
  await product.kill("worker");
  const found = await until(
    "the turn ends",
    async () => {
      const now = await view(sessionId);
      return ["completed", "failed", "aborted"].includes(now.turns[0]?.state ?? "") ? now : null;
    },
    90_000,
  );
  expect(found.turns).toHaveLength(1);
  expect(found.turns[0]).toMatchObject({ state: "completed", error: null });
  await until("the follower has all", async () => (follower.events.at(-1)?.seq ?? 0) >= found.seq);
  follower.stop();
  const { applySessionEvent, emptySessionView } = await import("@opencode/core/modules/sessions/session-view.ts");
  expect(follower.events.reduce(applySessionEvent, emptySessionView)).toEqual(found);
  const patch = (await sessions.getSessionPatch({ workspaceId, sessionId }))?.patch ?? "";
  return { found, lines: patch.split("\n").filter((line) => /^\+[^+]/.test(line)) };
}

test("killed while it shortens the conversation: it is shortened once, and no step is lost or done twice", async () => {
  let asked = 0;
  model.script("script-short", ({ isCompaction, told }) => {
    // Slow the first time, which dies.
    if (isCompaction) return { text: prose, pieceMs: asked++ === 0 ? 400 : 0, inputTokens: 900 };
    if (told.includes("echo second")) return { text: "End." };
    return told.includes("echo first") || told.includes("What was found out")
      ? { calls: [append("second")] }
      : { text: "I begin.", calls: [append("first")], inputTokens: 44_000 };
  });
  const { found, lines } = await strike({
    prompt: "script-short please",
    moment: ({ parts }) => asked > 0 && parts.some((part) => part.type === "compaction" && part.state === "running"),
  });
  expect(lines).toEqual(["+first", "+second"]);
  expect(found.parts.filter((part) => part.type === "compaction")).toMatchObject([{ state: "completed", summary: prose.trim() }]);
  expect(textsOf(found)).toEqual(["script-short please", "I begin.", "End."]);
  expect(found.parts.filter((part) => part.type === "step-finish").map((part) => part.step)).toEqual([1, 2, 3]);
});

test("killed while a message waits for the running turn: it is told once, after what was being said", async () => {
  model.script("script-wait", ({ told }, asked) => {
    if (told.includes("And be brief.")) return { text: "Briefly: done." };
    return told.includes("echo first") ? { text: prose, pieceMs: asked === 1 ? 400 : 0 } : { calls: [append("first")] };
  });
  const { found, lines } = await strike({
    prompt: "script-wait please",
    moment: ({ parts }) => parts.some((part) => part.type === "text" && part.endedAt === null),
    before: (sessionId) => sessions.steerTurn({ workspaceId, sessionId, prompt: "And be brief.", clientRequestId: "one" }),
  });
  expect(lines).toEqual(["+first"]);
  expect(found.steers).toMatchObject([{ text: "And be brief.", state: "taken" }]);
  expect(textsOf(found)).toEqual(["script-wait please", prose, "And be brief.", "Briefly: done."]);
  // The model that was told it heard it as the last word.
  expect(model.requests("script-wait").at(-1)?.told.split("And be brief.")).toHaveLength(2);
});

test("killed in the forced summary at the step cap: one summary, one notice, no call", async () => {
  model.script("script-cap", (request, asked) =>
    asked === 0
      ? { calls: [append("first")] }
      : { text: prose, pieceMs: asked === 1 ? 400 : 0, ...(request.toolChoice ? {} : { calls: [append("no")] }) },
  );
  const { found, lines } = await strike({
    prompt: "script-cap please",
    agent: "brief",
    moment: ({ parts }) => parts.some((part) => part.type === "text" && part.endedAt === null),
  });
  expect(lines).toEqual(["+first"]);
  expect(found.parts.filter((part) => part.type === "notice")).toMatchObject([{ code: "step_limit" }]);
  expect(textsOf(found)).toEqual(["script-cap please", prose]);
  const asked = model.requests("script-cap");
  expect(asked.slice(1).map(({ toolChoice }) => toolChoice)).toEqual([{ type: "none" }, { type: "none" }]);
});
