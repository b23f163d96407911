import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeRepository, userGit } from "@opencode/core/modules/repositories/testing.ts";
import { beginKnownCall, beginWithMessage } from "@opencode/core/modules/sessions/agent-loop/begin-known-call.ts";
import { holdTurn, letGoOfTurn } from "@opencode/core/modules/sessions/agent-loop/hold-turn.ts";
import { judgeCall } from "@opencode/core/modules/sessions/agent-loop/judge-call.ts";
import { turnTools } from "@opencode/core/modules/sessions/agent-loop/turn-tools.ts";
import { changeSession } from "@opencode/core/modules/sessions/change-session.ts";
import { sessionLog } from "@opencode/core/modules/sessions/history/held-logs.ts";
import { savePermissionRule } from "@opencode/core/modules/sessions/permission-rule-repo.ts";
import { changePolicy } from "@opencode/core/modules/sessions/permissions/change-policy.ts";
import { dryRun } from "@opencode/core/modules/sessions/permissions/dry-run.ts";
import { listConfigProblems } from "@opencode/core/modules/sessions/permissions/list-config-problems.ts";
import { findCallMark } from "@opencode/core/modules/sessions/permissions/policy-repo.ts";
import { turnLayers } from "@opencode/core/modules/sessions/permissions/turn-layers.ts";
import { toolPart } from "@opencode/core/modules/sessions/testing.ts";
import type { PermissionRule } from "@opencode/core/modules/tools/contract.ts";
import { findTool } from "@opencode/core/modules/tools/index.ts";
import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { env } from "@opencode/core/platform/env.ts";
import {
  type MessageId,
  newId,
  type RepositoryId,
  type SessionId,
  type TurnId,
  type UserId,
  type WorkspaceId,
} from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedWorkspace } from "./support/seed.ts";

const data = mkdtempSync(join(tmpdir(), "permission-layers-"));
const mirrors = resolve(env().DATA_DIR, "mirrors");

let workspaceId: WorkspaceId;
let userId: UserId;
let good: { repositoryId: RepositoryId; commit: string };
let bad: { repositoryId: RepositoryId; commit: string };
let badAgent: { repositoryId: RepositoryId; commit: string };

const rule = (permission: string, pattern: string, action: PermissionRule["action"]): PermissionRule => ({ permission, pattern, action });

async function connect(name: string, files: Readonly<Record<string, string>>) {
  const repositoryId = newId("repository");
  const work = join(data, "work", name);
  await makeRepository(work, files);
  await userGit(work, "clone", "-q", "--bare", work, join(mirrors, `${repositoryId}.git`));
  const commit = (await userGit(work, "rev-parse", "HEAD")).trim();
  await dangerouslyAcrossTenants("a test connects its repository", (tx) =>
    tx.repository.create({
      data: { id: repositoryId, workspaceId, name, kind: "sample", state: "ready", headCommit: commit, createdById: userId },
    }),
  );
  return { repositoryId, commit };
}

interface Given {
  readonly repository?: { repositoryId: RepositoryId; commit: string };
  readonly agent?: string;
  readonly permission?: PermissionRule[];
  readonly parent?: { sessionId: SessionId; turnId: TurnId };
}

async function newTurn({ repository = good, agent = "build", permission, parent }: Given = {}) {
  const [sessionId, turnId, messageId] = [newId("session"), newId("turn"), newId("message")];
  await dangerouslyAcrossTenants("a test makes its session", async (tx) => {
    const above = parent ? { parentSessionId: parent.sessionId, parentTurnId: parent.turnId, parentCallId: newId("part"), depth: 1 } : {};
    const rules = permission ? { permission: permission.map((given) => ({ ...given })) } : {};
    const place = { repositoryId: repository.repositoryId, baseCommit: repository.commit };
    await tx.session.create({
      data: {
        id: sessionId,
        workspaceId,
        title: "t",
        origin: "api",
        actorKind: "system",
        actorId: "x",
        model: "demo",
        agent,
        ...place,
        ...above,
        ...rules,
      },
    });
    await tx.turn.create({ data: { id: turnId, workspaceId, sessionId, ordinal: 1, state: "running", fence: 1, model: "demo" } });
  });
  const message = { id: messageId as MessageId, turnId, role: "assistant" as const, createdAt: new Date().toISOString() };
  const key = { workspaceId, sessionId, turnId };
  await changeSession(key, (change) => change.append([{ type: "message.created", data: { message } }]));
  return { key, messageId: message.id };
}

async function judge({ key, messageId }: Awaited<ReturnType<typeof newTurn>>, command: string) {
  const bash = findTool("bash");
  if (!bash) throw new Error("no bash");
  return judgeCall(key, bash, { ...toolPart(messageId, 0), tool: "bash", input: { command } });
}

const saveRule = (given: PermissionRule, source: "settings" | "answer") =>
  withTenant(workspaceId, (tx) => savePermissionRule(tx, workspaceId, { ...given, source, createdById: userId }));

beforeAll(async () => {
  ({ workspaceId, userId } = await seedWorkspace("Layers"));
  good = await connect("good", { "opencode.jsonc": '{"permission": {"bash": {"make deploy *": "ask", "curl *": "deny"}}}' });
  bad = await connect("bad", { "opencode.jsonc": '{\n  "permission": {"bash": "alow"}\n}' });
  badAgent = await connect("bad-agent", {
    ".opencode/agent/careful.md": "---\ndescription: Looks.\npermission:\n  edit: never\n---\n\nLook.\n",
  });
});

afterAll(() => {
  for (const { repositoryId } of [good, bad, badAgent]) rmSync(join(mirrors, `${repositoryId}.git`), { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
});

test("the repository's rules are heard, the session's after them, and the policy over both", async () => {
  expect(await judge(await newTurn(), "curl http://x")).toMatchObject({ action: "deny", layer: "repository", pattern: "curl *" });
  const own = await newTurn({ permission: [rule("bash", "curl *", "allow"), rule("bash", "wget *", "allow")] });
  expect(await judge(own, "curl http://x")).toMatchObject({ action: "allow", layer: "session" });
  const saved = await changePolicy({ workspaceId, userId, rules: [rule("bash", "wget *", "deny")], version: 0 });
  expect(await judge(own, "wget http://x")).toMatchObject({ action: "deny", layer: "policy" });
  await expect(changePolicy({ workspaceId, userId, rules: [], version: 0 })).rejects.toMatchObject({ code: "CONFLICT" });
  await saveRule(rule("bash", "wget *", "allow"), "answer");
  expect(await judge(own, "wget http://x")).toMatchObject({ action: "deny", layer: "policy" });
  await changePolicy({ workspaceId, userId, rules: [], version: saved.version });
});

test("a call that is judged by what is known begins only while that holds", async () => {
  const turn = await newTurn();
  const writer = { ...turn.key, fence: 1 };
  const call = async (ordinal: number) => {
    const waiting = { state: "pending" as const, startedAt: null, endedAt: null, decision: null };
    const part = { ...toolPart(turn.messageId, ordinal), tool: "bash", input: { command: `echo known ${ordinal}` }, ...waiting };
    await changeSession(turn.key, (change) => change.append([{ type: "part.updated", data: { part } }]));
    return part.id;
  };
  const begin = (id: string, key = writer) => holdTurn(key, async (held) => beginKnownCall(held, await turnTools(turn.key), id));
  const [first, second, third] = [await call(1), await call(2), await call(3)];
  await sessionLog(turn.key, { fresh: true });
  expect(await begin(first)).toBeNull();
  await judge(turn, "echo read the rules");
  expect(await begin(first)).toMatchObject({ part: { state: "running", decision: { action: "allow", layer: "platform" } } });
  expect(await begin(first)).toBeNull();
  await saveRule(rule("bash", "echo known 2", "deny"), "settings");
  expect(await begin(second)).toBeNull();
  expect(await judge(turn, "echo known 2")).toMatchObject({ action: "deny", layer: "workspace" });
  expect(await begin(second)).toBeNull();
  // Another process has written it while this one looked away.
  await withTenant(
    workspaceId,
    (tx) => tx.$executeRaw`UPDATE "Part" SET data = jsonb_set(data, '{state}', '"completed"') WHERE id = ${third}`,
  );
  expect(await begin(third)).toBeNull();
  expect(await begin(await call(4), { ...writer, fence: 0 })).toEqual({ outcome: "lost" });
  await letGoOfTurn(writer);
});

test("a message's only call begins with the message's end, unless the rules were changed meanwhile", async () => {
  const turn = await newTurn();
  const writer = { ...turn.key, fence: 1 };
  const tools = await turnTools(turn.key);
  const waiting = { state: "pending" as const, startedAt: null, endedAt: null, decision: null };
  const call = (ordinal: number) => ({
    ...toolPart(turn.messageId, ordinal),
    tool: "bash",
    input: { command: `echo ${ordinal}` },
    ...waiting,
  });
  await sessionLog(turn.key, { fresh: true });
  await judge(turn, "echo read the rules");
  /** what the log says of the call after its message has ended, and whether it is to be run without being judged again */
  const end = (part: ReturnType<typeof call>, meanwhile = async () => {}) =>
    holdTurn(writer, async (held) => {
      const first = await beginWithMessage(held, tools, [part]);
      await meanwhile();
      await held.writer.write([{ type: "part.updated", data: { part } }], null, async ({ tx }) => {
        const begun = first?.confirm((await findCallMark(tx, turn.key, part.id)).rules);
        return begun ? [{ type: "part.updated", data: { part: begun } }] : [];
      });
      first?.commit();
      const stored = (await sessionLog(turn.key, { fresh: true })).part(part.id);
      return { state: stored?.type === "tool" && stored.state, isBegun: held.begun.has(part.id) };
    });
  const [first, second] = [call(1), call(2)];
  expect(await end(first)).toEqual({ state: "running", isBegun: true });
  expect(await holdTurn(writer, (held) => beginKnownCall(held, tools, first.id))).toMatchObject({ part: { state: "running" } });
  // Once: whoever comes again finds it in the sandbox's journal.
  expect(await holdTurn(writer, (held) => beginKnownCall(held, tools, first.id))).toBeNull();
  const denying = () => saveRule(rule("bash", "echo 2", "deny"), "settings").then(() => undefined);
  expect(await end(second, denying)).toEqual({ state: "pending", isBegun: false });
  expect(await holdTurn(writer, (held) => beginWithMessage(held, tools, [call(3), call(4)]))).toBeNull();
  await letGoOfTurn(writer);
});

test("“always” answers what the repository asks, and not what it denies", async () => {
  const turn = await newTurn();
  expect(await judge(turn, "make deploy prod")).toMatchObject({ action: "ask", layer: "repository" });
  await saveRule(rule("bash", "make deploy *", "allow"), "answer");
  expect(await judge(turn, "make deploy prod")).toMatchObject({ action: "allow", layer: "workspace" });
  await saveRule(rule("bash", "curl *", "allow"), "answer");
  expect(await judge(turn, "curl http://x")).toMatchObject({ action: "deny", layer: "repository" });
});

test("a sub-agent has no more than the one it works for, and the sandbox keeps from it what it keeps from that one", async () => {
  const planner = await newTurn({ agent: "plan" });
  expect(await judge(planner, "ls src")).toMatchObject({ action: "allow", access: { workspace: "read-only" } });
  const child = await newTurn({ agent: "general", parent: planner.key });
  expect(await judge(child, "echo x > src/a.ts")).toMatchObject({ action: "deny", permission: "edit", layer: "agent", ceiling: "plan" });
  expect(await judge(child, "npm test")).toMatchObject({ action: "ask", ceiling: "plan", access: { workspace: "read-only" } });
  const strict = await newTurn({ permission: [rule("bash", "ls *", "deny"), rule("webfetch", "*", "deny")] });
  expect(await judge(await newTurn({ agent: "general", parent: strict.key }), "ls")).toMatchObject({
    action: "deny",
    layer: "session",
    ceiling: "build",
    access: { network: "none" },
  });
  expect((await judge(await newTurn(), "ls")).access).toBeUndefined();
});

test("rules that can't be read stop everything, and say where", async () => {
  const turn = await newTurn({ repository: bad });
  const layers = await turnLayers(turn.key);
  expect(layers.malformed).toContain('opencode.jsonc:2: permission.bash: takes "allow", "ask" or "deny"');
  expect(await judge(turn, "ls")).toMatchObject({ action: "deny", layer: "policy" });
  expect(await listConfigProblems(workspaceId)).toMatchObject([
    {
      repositoryName: "bad-agent",
      problems: [{ severity: "policy", file: ".opencode/agent/careful.md", line: 4, path: "permission.edit" }],
    },
    { repositoryName: "bad", problems: [{ severity: "policy", line: 2 }] },
    { repositoryName: "good" },
  ]);
  const odd = await newTurn();
  await dangerouslyAcrossTenants("a test spoils a row", (tx) =>
    tx.session.updateMany({ where: { id: odd.key.sessionId }, data: { permission: { a: 1 } } }),
  );
  expect((await turnLayers(odd.key)).malformed).toContain("created with");
});

test("an agent's rights that can't be read stop every turn there, and say where", async () => {
  const turn = await newTurn({ repository: badAgent });
  expect((await turnLayers(turn.key)).malformed).toContain('.opencode/agent/careful.md:4: permission.edit: takes "allow", "ask" or "deny"');
  expect(await judge(turn, "ls")).toMatchObject({ action: "deny", layer: "policy" });
});

test("a dry run names what would be decided otherwise, and changes nothing", async () => {
  const { key, messageId } = await newTurn();
  const parts = ["npm test", "npm test -- x", "ls"].map((command, ordinal) => ({
    ...toolPart(messageId, ordinal),
    tool: "bash",
    input: { command },
    endedAt: new Date().toISOString(),
  }));
  await changeSession(key, (change) => change.append(parts.map((part) => ({ type: "part.updated" as const, data: { part } }))));
  const report = await dryRun({ workspaceId, sessions: 1, policy: [rule("bash", "npm test *", "deny"), rule("edit", "*", "deny")] });
  expect(report).toMatchObject({ sessions: 1, calls: 3, notes: [] });
  expect(report.groups).toMatchObject([
    { before: { action: "allow" }, after: { action: "deny", layer: "policy", pattern: "npm test *" }, count: 2 },
    { before: { action: "allow" }, after: { action: "allow", access: { workspace: "read-only" } }, count: 1, examples: [{ target: "ls" }] },
  ]);
  const added = await dryRun({ workspaceId, sessions: 1, addRule: rule("bash", "ls *", "ask") });
  expect(added.groups).toMatchObject([{ after: { action: "ask", layer: "workspace" }, count: 1 }]);
  expect((await dryRun({ workspaceId, sessions: 1 })).groups).toEqual([]);
});
