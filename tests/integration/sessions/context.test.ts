import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRepository, userGit, writeFiles } from "@opencode/core/modules/repositories/testing.ts";
import type { SessionId } from "@opencode/core/platform/ids.ts";
import { afterAll, describe, expect, test } from "vitest";
import { type RawAnswer, startRawModel, type WireRequest } from "./support/raw-model.ts";
import { bash, startSessions } from "./support/session-driver.ts";

const scratch = await mkdtemp(join(tmpdir(), "context-"));
const model = await startRawModel();
const {
  sessions,
  workspaceId,
  userId,
  begin,
  ended: over,
} = await startSessions("Context", model, { env: { MODEL_IDLE_TIMEOUT_MS: "3000" } });
const { saveAgent } = await import("@opencode/core/modules/sessions/agents/save-agent.ts");
const { putCustomModel } = await import("@opencode/core/modules/providers/model-settings.ts");
const { withTenant } = await import("@opencode/core/platform/database/database.ts");
const repositories = await import("@opencode/core/modules/repositories/index.ts");

const ended = async (...of: Parameters<typeof over>) => (await over(...of)).view;

const skillText = "Blue tables have four legs. Count them before you paint.";
const skillFile = `---\nname: tables\ndescription: How tables are painted here.\n---\n${skillText}\n`;
const rules = '{\n  "permission": {"bash": {"make deploy*": "deny"}}\n}\n';
const work = join(scratch, "ruled");

await makeRepository(work, { "opencode.jsonc": rules, ".opencode/skills/tables/SKILL.md": skillFile, "a.txt": "a\n" });
const { id: ruled } = await repositories.connectRepository({ workspaceId, actorId: userId }, { kind: "local", path: work });
await repositories.mirrorRepository({ workspaceId, repositoryId: ruled });
const abilities = { tools: true, images: false, reasoning: null, structuredOutput: null };
const small = { modelId: "anthropic/small", label: "Small", contextTokens: 50_000, maxOutputTokens: 4_000, price: null, abilities };
await putCustomModel({ workspaceId, actorId: userId }, small);
afterAll(() => rm(scratch, { recursive: true, force: true }));

const play = (key: string, steps: readonly RawAnswer[]) =>
  model.script(key, ({ isCompaction, step }: WireRequest) =>
    isCompaction ? { text: "Half is done." } : (steps[step] ?? { text: "End." }),
  );

describe("a conversation that fills 85 % of its model's context", () => {
  const todos = [
    { content: "count the legs", status: "completed", priority: "high" },
    { content: "paint <b>blue</b>", status: "in_progress", priority: "low" },
  ];
  const goal = "script-full: paint all tables\n  blue, but “never” touch a.txt.";
  let sessionId: SessionId;

  test("is shortened before the next step; what holds is in the next request byte for byte", async () => {
    let asked = 0;
    model.script("script-full", ({ isCompaction }) => {
      if (isCompaction) return { text: "The legs are counted.", inputTokens: 900 };
      asked += 1;
      if (asked === 1)
        return {
          calls: [
            { name: "skill", input: { name: "tables" } },
            { name: "todowrite", input: { todos } },
          ],
          inputTokens: 9_000,
        };
      if (asked === 2) return { text: "I list.", calls: [bash("seq 1 900")], inputTokens: 43_000 };
      if (asked === 3) return { calls: [bash("make deploy")], inputTokens: 9_000 };
      return { text: "Painted.", inputTokens: 9_000 };
    });
    sessionId = await begin(goal, { repositoryId: ruled, model: "anthropic/small" });
    const found = await ended(sessionId);
    expect(found.turns[0]).toMatchObject({ state: "completed", error: null });
    const requests = model.requests("script-full");
    expect(requests.map((request) => request.isCompaction)).toEqual([false, false, true, false, false]);
    const [, before, , after, last] = requests;
    const part = found.parts.find((candidate) => candidate.type === "compaction");
    expect(part).toMatchObject({ state: "completed", reason: "full", summary: "The legs are counted." });
    expect(after?.system).toBe(before?.system);
    expect(JSON.stringify(after?.body.tools)).toBe(JSON.stringify(before?.body.tools));
    expect(after?.told).toContain(JSON.stringify(goal).slice(1, -1));
    expect(after?.told).toContain(JSON.stringify(JSON.stringify(todos, null, 1)).slice(1, -1));
    const loaded = found.parts.find((candidate) => candidate.type === "tool" && candidate.tool === "skill");
    if (loaded?.type !== "tool") throw new Error("no skill was loaded");
    expect(loaded.output).toContain(skillText);
    expect(after?.told).toContain(JSON.stringify(loaded.output).slice(1, -1));
    // The step that comes after is seen by the one after it: nothing that was said is lost.
    expect(last?.told).toContain("make deploy");
    // The rules of the repository hold as before.
    const denied = found.parts.findLast((candidate) => candidate.type === "tool");
    expect(denied).toMatchObject({ state: "error", decision: { action: "deny", layer: "repository", pattern: "make deploy*" } });
  }, 90_000);

  test("goes the same way again from its log", async () => {
    expect(await sessions.replaySession(sessionId)).toEqual({ turns: 1, steps: 4, differences: [] });
  });

  test("is shortened again where the very next step fills it once more, and no step is lost", async () => {
    let asked = 0;
    model.script("script-twice", ({ isCompaction }) => {
      if (isCompaction) return { text: "Summed up.", inputTokens: 900 };
      asked += 1;
      return asked <= 3 ? { text: `Saying ${asked}.`, calls: [bash(`echo line ${asked}`)], inputTokens: 44_000 } : { text: "End." };
    });
    const found = await ended(await begin("script-twice please", { model: "anthropic/small" }));
    expect(found.turns[0]).toMatchObject({ state: "completed" });
    const requests = model.requests("script-twice");
    expect(requests.map((request) => (request.isCompaction ? "C" : "M")).join("")).toBe("MCMCMCM");
    // In the order of the log: what was shortened, then what was said after it.
    const order = found.parts.flatMap((part) => (part.type === "compaction" ? ["C"] : part.type === "step-finish" ? ["M"] : []));
    expect(order.join("")).toBe("MCMCMCM");
  }, 90_000);
});

test("a summary that comes empty is asked for once, is in the ledger, and the turn says what went wrong", async () => {
  model.script("script-thoughtful", ({ isCompaction }) =>
    isCompaction ? { text: "", inputTokens: 900 } : { text: "I list.", calls: [bash("seq 1 900")], inputTokens: 44_000 },
  );
  const sessionId = await begin("script-thoughtful please", { model: "anthropic/small" });
  const found = await ended(sessionId);
  expect(found.turns[0]).toMatchObject({ state: "failed", error: { code: "empty_summary", retryable: true } });
  expect(found.parts.find(({ type }) => type === "compaction")).toMatchObject({ state: "failed", summary: null });
  expect(model.requests("script-thoughtful").map((request) => request.isCompaction)).toEqual([false, true]);
  const [ledger, session] = await withTenant(workspaceId, async (tx) => [
    await tx.usageEntry.findMany({ where: { sessionId }, orderBy: { createdAt: "asc" } }),
    await tx.session.findFirst({ where: { id: sessionId } }),
  ]);
  // The title's call is there too, whenever it comes.
  expect(ledger.map(({ inputTokens }) => inputTokens).filter((tokens) => tokens > 10)).toEqual([44_000, 900]);
  expect(session?.inputTokens).toBeGreaterThanOrEqual(44_900);
  expect(await sessions.replaySession(sessionId)).toMatchObject({ turns: 1, differences: [] });
});

test("a conversation whose old output is most of it only loses that, and goes the same way again from its log", async () => {
  const large = { ...small, modelId: "anthropic/large", label: "Large", contextTokens: 100_000 };
  await putCustomModel({ workspaceId, actorId: userId }, large);
  model.script("script-pruned", ({ step, isCompaction }) => {
    if (isCompaction) return { text: "Nobody asked for this." };
    if (step < 4) return { calls: [bash(`seq -f %024.0f ${step} 1900`)], inputTokens: step < 3 ? 9_000 : 86_000 };
    return { text: "Counted.", inputTokens: 40_000 };
  });
  const sessionId = await begin("script-pruned please", { model: "anthropic/large" });
  const found = await ended(sessionId);
  expect(found.turns[0]).toMatchObject({ state: "completed", error: null });
  expect(found.parts.find(({ type }) => type === "compaction")).toMatchObject({ state: "completed", summary: null, tailFrom: null });
  const told = model.requests("script-pruned").at(-1)?.told ?? "";
  expect(told.match(/output removed/g)?.length).toBeGreaterThan(1);
  expect(told).toContain("script-pruned please");
  expect(await sessions.replaySession(sessionId)).toEqual({ turns: 1, steps: 5, differences: [] });
});

test("a provider that finds the prompt too long has it shortened; the step stands after that, and replays", async () => {
  let refused = 0;
  play("script-long", [{ calls: [bash("echo one")] }, { calls: [bash("echo two")] }, { text: "Over." }]);
  const plain = ({ isCompaction, step, told }: WireRequest): RawAnswer => {
    if (isCompaction) return { text: "One is echoed." };
    if (step === 1 && refused++ === 0) return { refusal: "prompt is too long: 210000 tokens > 200000 maximum" };
    return told.includes("One is echoed.")
      ? told.includes("echo two")
        ? { text: "Over." }
        : { calls: [bash("echo two")] }
      : { calls: [bash("echo one")] };
  };
  model.script("script-long", plain);
  const sessionId = await begin("script-long please");
  const found = await ended(sessionId);
  expect(found.turns[0]).toMatchObject({ state: "completed" });
  const order = found.parts.flatMap((part) => (part.type === "compaction" ? ["C"] : part.type === "step-finish" ? ["M"] : []));
  expect(order.join("")).toBe("MCMM");
  expect((await sessions.replaySession(sessionId)).differences).toEqual([]);
});

test("the forced summary at the step cap names its tools and lets none be called, on the wire", async () => {
  const definition = "---\ndescription: takes one step\nmode: primary\nsteps: 1\n---\nWork.";
  await saveAgent({ workspaceId, name: "brief", definition, savedBy: userId });
  play("script-cap", [{ calls: [bash("echo 1")] }, { text: "Done: one echo." }]);
  const found = await ended(await begin("script-cap please", { agent: "brief" }));
  expect(found.turns[0]).toMatchObject({ state: "completed", error: null });
  const [free, forced] = model.requests("script-cap");
  expect(free?.toolChoice).toBeUndefined();
  expect(forced?.body.tool_choice).toEqual({ type: "none" });
  expect(forced?.body.tools).toEqual(free?.body.tools);
  expect(forced?.system).toBe(free?.system);
  expect(forced?.told).toContain("Answer in words only");
});

test("a provider that falls silent after its first words is asked again, visibly, and the turn goes on", async () => {
  const words = "I count the tables, one after the other.";
  model.script("script-stall", (_request, asked) => ({ text: words, stalls: asked === 0 }));
  const found = await ended(await begin("script-stall please"));
  expect(found.turns[0]).toMatchObject({ state: "completed", error: null });
  expect(found.parts.filter((part) => part.type === "retry")).toMatchObject([{ attempt: 1, code: "timeout" }]);
  expect(found.parts.flatMap((part) => (part.type === "text" ? [part.text] : []))).toEqual(["script-stall please", words]);
});

test("broken rules on the base branch stop the turn with file and line; once mended there, a new session works", async () => {
  const commit = async (text: string) => {
    await writeFiles(work, { "opencode.jsonc": text });
    await userGit(work, "commit", "-q", "-a", "-m", "rules");
    await repositories.mirrorRepository({ workspaceId, repositoryId: ruled });
  };
  await commit('{\n\n  "permission": {"bash": "alow"}\n}\n');
  play("script-rules", [{ text: "At work." }]);
  const broken = await ended(await begin("script-rules please", { repositoryId: ruled }));
  expect(broken.turns[0]).toMatchObject({ state: "failed", error: { code: "POLICY_MALFORMED", settingsPath: "settings/permissions" } });
  expect(broken.turns[0]?.error?.message).toContain('opencode.jsonc:3: permission.bash: takes "allow", "ask" or "deny"');
  expect(model.requests("script-rules")).toEqual([]);
  await commit(rules);
  const mended = await ended(await begin("script-rules please", { repositoryId: ruled }));
  expect(mended.turns[0]).toMatchObject({ state: "completed", error: null });
});
