import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionId } from "@opencode/core/platform/ids.ts";
import { describe, expect, test } from "vitest";
import { type ProcessName, until } from "../../integration/sessions/support/product.ts";
import { startScriptedModel } from "../../integration/sessions/support/scripted-model.ts";
import { startSessions } from "../../integration/sessions/support/session-driver.ts";
import { expectEndedAsUsual, keyOf, moments, scriptStruckTask } from "./struck-task.ts";

const model = await startScriptedModel();
const { product, sessions, workspaceId, userId, begin } = await startSessions("Faults", model, { ownDatabase: true, supervised: true });
const { followSession } = await import("../../integration/sessions/support/follow-session.ts");

async function answerWhenAsked(sessionId: SessionId): Promise<void> {
  const request = await until(
    "the question",
    async () => {
      const { view } = await sessions.getSession({ workspaceId, sessionId });
      return view.permissionRequests.find((candidate) => candidate.state === "pending");
    },
    90_000,
  );
  await until("the answer is taken", async () =>
    sessions
      .answerPermission({ workspaceId, sessionId, requestId: request.id, reply: "once", answeredBy: userId })
      .catch((error: { code?: string }) => {
        if (error.code === "CONFLICT") return true;
        throw error;
      }),
  );
}

async function runStruck(
  victim: ProcessName,
  moment: string,
): Promise<{ sessionId: SessionId; events: readonly LoggedEvent[]; lastSeqs: readonly number[] }> {
  const key = keyOf(victim, moment);
  scriptStruckTask(model, key);
  const sessionId = await begin(`Do ${key}.`);
  const follower = await followSession({ workspaceId, sessionId });
  const answering = answerWhenAsked(sessionId);
  const strikes = moments[moment];
  await until(
    `the moment: ${moment}`,
    async () => follower.events.some((event, index) => strikes?.(event, follower.events.slice(0, index))),
    60_000,
  );
  await product.kill(victim);
  await answering;
  await until(
    "the turn ends",
    async () => {
      const { view } = await sessions.getSession({ workspaceId, sessionId });
      return ["completed", "failed", "aborted"].includes(view.turns[0]?.state ?? "");
    },
    90_000,
  );
  const end = await until("the log", () => sessions.getSession({ workspaceId, sessionId }));
  await until("the follower has all", async () => (follower.events.at(-1)?.seq ?? 0) >= end.view.seq);
  follower.stop();
  return { sessionId, events: follower.events, lastSeqs: follower.events.map((event) => event.seq) };
}

describe.each(["worker", "engine", "database"] as const)("kill -9 of the %s", (victim) => {
  test.each(Object.keys(moments))("in the moment of %s: the task ends as it would have", async (moment) => {
    const { sessionId, lastSeqs, events } = await runStruck(victim, moment);
    const { view } = await sessions.getSession({ workspaceId, sessionId });
    const patch = await sessions.getSessionPatch({ workspaceId, sessionId });
    expectEndedAsUsual({ view, patch: patch?.patch ?? "", key: keyOf(victim, moment) });
    // Nothing doubled on the wire, and what a viewer saw live is what a reload shows.
    expect(new Set(lastSeqs).size).toBe(lastSeqs.length);
    const { applySessionEvent, emptySessionView } = await import("@opencode/core/modules/sessions/session-view.ts");
    expect(events.reduce(applySessionEvent, emptySessionView)).toEqual(view);
  });
});
