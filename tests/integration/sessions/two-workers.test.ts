import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TurnKey } from "@opencode/core/modules/sessions/event-log-repo.ts";
import { expect, test } from "vitest";
import { startScriptedModel } from "./support/scripted-model.ts";
import { bash, isCalling, startSessions, textsOf, toolsOf } from "./support/session-driver.ts";

const model = await startScriptedModel();
const { product, sessions, workspaceId, create, get, ended, untilView } = await startSessions("Two workers", model);
const { claimTurn } = await import("@opencode/core/modules/sessions/agent-loop/claim-turn.ts");
const { LoopRun } = await import("@opencode/core/modules/sessions/agent-loop/loop-run.ts");
const { runLoop } = await import("@opencode/core/modules/sessions/agent-loop/run-loop.ts");
const { liveSources } = await import("@opencode/core/modules/sessions/agent-loop/step-sources.ts");
const { withTenant } = await import("@opencode/core/platform/database/database.ts");
const { newId } = await import("@opencode/core/platform/ids.ts");

const directly = {
  run: <T>(_id: string, work: () => Promise<T>) => work(),
  waitForAnswer: async () => undefined,
  waitForChild: async () => undefined,
};

/** A worker that is stopped within a transaction holds the embedded database's only backend: then it is let go, and stopped again. */
async function pauseBetweenTransactions(): Promise<void> {
  for (;;) {
    product.pause("worker");
    const answers = withTenant(workspaceId, (tx) => tx.turn.count()).then(() => true);
    if (await Promise.race([answers, sleep(500, false)])) return;
    product.resume("worker");
    await answers;
  }
}

/** Ends the command that waits for a file of its workspace. */
function letGo(): void {
  const sandboxes = join(product.dataDirectory, "sandboxes");
  for (const name of readdirSync(sandboxes)) {
    const git = join(sandboxes, name, "workspace/.git");
    if (existsSync(git)) writeFileSync(join(git, "go"), "");
  }
}

/** Plays the turn to its end in this process, and answers how far the log is then. */
async function takeOver(key: TurnKey): Promise<number> {
  const claim = await claimTurn(key, "another run");
  if (!claim) throw new Error("the turn is not free");
  expect(await runLoop(directly, new LoopRun(key, "another run", claim.fence), liveSources, claim.fence)).toBe("completed");
  return (await get(key.sessionId)).view.seq;
}

test("a turn whose worker was held up is taken over by another; the first one loses when it comes back, and no call is made twice", async () => {
  model.script("script-two", [
    {
      text: "I begin.",
      calls: [bash("echo first >> count.txt; for _ in $(seq 600); do [ -e .git/go ] && break; sleep 0.05; done; echo done")],
    },
    { calls: [bash("echo second >> count.txt")] },
    { text: "Both are made." },
  ]);
  const { sessionId, turnId } = await create("script-two please");
  const key = { workspaceId, sessionId, turnId: turnId ?? newId("turn") };
  await untilView("the command runs", sessionId, isCalling);
  // While its worker lives nobody else gets it.
  expect(await claimTurn(key, "another run")).toBeNull();

  await pauseBetweenTransactions();
  await withTenant(workspaceId, (tx) =>
    tx.turn.updateMany({ where: { id: key.turnId }, data: { heartbeatAt: new Date(Date.now() - 60_000) } }),
  );
  // However long all of this took: the command runs until the other one has come to it.
  const [seq] = await Promise.all([takeOver(key), sleep(500).then(letGo)]).finally(() => product.resume("worker"));

  model.script("script-later", [{ text: "Here I am." }]);
  await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-later please" });
  const { view } = await ended(sessionId, 2);
  expect(view.turns.map(({ state }) => state)).toEqual(["completed", "completed"]);
  expect(textsOf(view)).toEqual(["script-two please", "I begin.", "Both are made.", "script-later please", "Here I am."]);
  expect(toolsOf(view).map(({ state, output }) => [state, output.trim()])).toEqual([
    ["completed", "done"],
    ["completed", expect.stringContaining("exit code 0")],
  ]);
  const patch = (await sessions.getSessionPatch({ workspaceId, sessionId }))?.patch ?? "";
  expect(patch.split("\n").filter((line) => /^\+[^+]/.test(line))).toEqual(["+first", "+second"]);
  // What the first one still wanted to write came too late.
  const own = new Set<string>(view.messages.filter((message) => message.turnId === key.turnId).map(({ id }) => id));
  const late = await sessions.readSessionEvents({ workspaceId, sessionId, after: seq });
  expect(late.filter((event) => event.type === "part.updated" && own.has(event.data.part.messageId))).toEqual([]);
}, 60_000);

test("a model call of a worker that was held up is counted once, whoever does it first", async () => {
  const answer = "It says a lot, slowly, so that there is time. ".repeat(10);
  model.script("script-held", [{ text: answer, chunkMs: 120 }]);
  const { sessionId, turnId } = await create("script-held please", { model: "anthropic/claude-haiku-5-5" });
  const key = { workspaceId, sessionId, turnId: turnId ?? newId("turn") };
  await untilView("it has begun to answer", sessionId, (view) => textsOf(view).slice(1).join("").length > 40);
  await pauseBetweenTransactions();
  await withTenant(workspaceId, (tx) =>
    tx.turn.updateMany({ where: { id: key.turnId }, data: { heartbeatAt: new Date(Date.now() - 60_000) } }),
  );
  await takeOver(key).finally(() => product.resume("worker"));

  // The held up one hears the rest of its answer, and that it came too late, before it has done another turn.
  model.script("script-after", [{ text: "Here I am. ".repeat(60), chunkMs: 120 }]);
  await sessions.submitPrompt({ workspaceId, sessionId, prompt: "script-after please" });
  const { view } = await ended(sessionId, 2);
  expect(textsOf(view).at(1)).toBe(answer);
  const ledger = await withTenant(workspaceId, (tx) => tx.usageEntry.findMany({ where: { sessionId } }));
  expect(ledger.map((entry) => entry.turnId === key.turnId)).toEqual([true, true, false]);
  expect(view.inputTokens).toBe(ledger.reduce((total, { inputTokens }) => total + inputTokens, 0));
  expect(view.outputTokens).toBe(ledger.reduce((total, { outputTokens }) => total + outputTokens, 0));
}, 60_000);
