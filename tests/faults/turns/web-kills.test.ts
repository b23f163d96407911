import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import { applySessionEvent, emptySessionView } from "@opencode/core/modules/sessions/session-view.ts";
import type { RepositoryId, SessionId, UserId, WorkspaceId } from "@opencode/core/platform/ids.ts";
import { migrate } from "@opencode/prisma/migrate.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureWebBuild } from "../../../infra/local/web-build.ts";
import { prepareProduct, until } from "../../integration/sessions/support/product.ts";
import { startScriptedModel } from "../../integration/sessions/support/scripted-model.ts";
import { seedSample, seedWorkspace } from "../../integration/sessions/support/seed.ts";
import { type RestViewer, restViewer } from "./rest-viewer.ts";
import { expectEndedAsUsual, keyOf, moments, scriptStruckTask } from "./struck-task.ts";

const model = await startScriptedModel();
const product = await prepareProduct({ ownDatabase: true, supervised: true, web: true, env: model.env });
const sessions = await import("@opencode/core/modules/sessions/index.ts");
const { createApiKey } = await import("@opencode/core/modules/tenancy/index.ts");

let workspaceId: WorkspaceId;
let userId: UserId;
let repositoryId: RepositoryId;
let viewer: RestViewer;

beforeAll(async () => {
  await Promise.all([product.start("database"), ensureWebBuild()]);
  await migrate(process.env.DATABASE_URL ?? "");
  await product.start("engine");
  await Promise.all([product.start("worker"), product.start("web")]);
  ({ workspaceId, userId } = await seedWorkspace("Web faults"));
  repositoryId = await seedSample({ workspaceId, userId });
  const scopes = ["sessions:read", "sessions:write"] as const;
  const { key } = await createApiKey({ workspaceId, actorId: userId, name: "viewer", scopes: [...scopes] });
  viewer = restViewer(product.webUrl, key);
});
afterAll(async () => {
  await product.stop();
  await model.stop();
});

async function runStruck(moment: string): Promise<{ sessionId: SessionId; events: readonly LoggedEvent[] }> {
  const key = keyOf("web", moment);
  scriptStruckTask(model, key, { commandSeconds: 1, chunkMs: 30 });
  const sessionId = await viewer.createSession({ repositoryId, prompt: `Do ${key}.`, model: "anthropic/scripted" });
  const following = viewer.follow(sessionId);
  const strikes = moments[moment];
  const answer = () => viewer.answerWhenAsked(following.events, sessionId);
  // Whoever is killed in the wait has not been answered yet.
  const answered = moment === "permission wait" ? null : answer();
  await until(
    `the moment: ${moment}`,
    async () => following.events.some((event, index) => strikes?.(event, following.events.slice(0, index))),
    30_000,
  );
  await product.kill("web");
  await until("the viewer is back", async () => following.connections() > 1);
  await (answered ?? answer());
  const isOver = (event: LoggedEvent) => event.type === "turn.updated" && event.data.turn.finishedAt !== null;
  await until("the viewer sees the turn's end", async () => following.events.some(isOver), 60_000);
  const { view } = await sessions.getSession({ workspaceId, sessionId });
  await until("the viewer has all", async () => (following.events.at(-1)?.seq ?? 0) >= view.seq);
  await following.stop();
  return { sessionId, events: following.events };
}

describe("kill -9 of the web process", () => {
  test.each(Object.keys(moments))("in the moment of %s: the task ends as it would have, a viewer sees all of it once", async (moment) => {
    const { sessionId, events } = await runStruck(moment);
    const { view } = await sessions.getSession({ workspaceId, sessionId });
    const patch = await sessions.getSessionPatch({ workspaceId, sessionId });
    expectEndedAsUsual({ view, patch: patch?.patch ?? "", key: keyOf("web", moment) });
    // Over the wire, across the kill: each event once and in order; none of those that the log holds is missing.
    const seqs = events.map((event) => event.seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    const logged = await sessions.readSessionEvents({ workspaceId, sessionId, after: 0, limit: 10_000 });
    const seen = new Set(seqs);
    expect(logged.filter((event) => !seen.has(event.seq))).toEqual([]);
    expect(events.reduce(applySessionEvent, emptySessionView)).toEqual(view);
  });
});
