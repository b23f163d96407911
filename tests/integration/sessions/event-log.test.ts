import { changeSession } from "@opencode/core/modules/sessions/change-session.ts";
import { getSession, readSessionEvents, reapTurns } from "@opencode/core/modules/sessions/index.ts";
import { applySessionEvent, emptySessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { textPart, toolPart } from "@opencode/core/modules/sessions/testing.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { type MessageId, newId, type SessionId, type TurnId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { beforeAll, expect, test } from "vitest";
import { seedWorkspace } from "./support/seed.ts";

let workspaceId: WorkspaceId;

beforeAll(async () => {
  ({ workspaceId } = await seedWorkspace("Log"));
});

async function newTurn(): Promise<{
  key: { workspaceId: WorkspaceId; sessionId: SessionId; turnId: TurnId; fence: number };
  messageId: MessageId;
}> {
  const [repositoryId, sessionId, turnId, messageId] = [newId("repository"), newId("session"), newId("turn"), newId("message")];
  await dangerouslyAcrossTenants("a test makes its session", async (tx) => {
    await tx.repository.create({ data: { id: repositoryId, workspaceId, name: "r", kind: "sample", createdById: "usr_x" } });
    await tx.session.create({
      data: { id: sessionId, workspaceId, repositoryId, title: "t", origin: "api", actorKind: "system", actorId: "x", model: "demo" },
    });
    await tx.turn.create({ data: { id: turnId, workspaceId, sessionId, ordinal: 1, state: "running", fence: 3, model: "demo" } });
  });
  const key = { workspaceId, sessionId, turnId, fence: 3 };
  const message = { id: messageId, turnId, role: "assistant" as const, createdAt: new Date().toISOString() };
  await changeSession(key, (change) => change.append([{ type: "message.created", data: { message } }]));
  return { key, messageId };
}

test("many writers at once get numbers without a gap or a double", async () => {
  const { key } = await newTurn();
  const write = (index: number) =>
    changeSession(key, (change) => change.append([{ type: "session.updated", data: { title: `t${index}` } }]));
  await Promise.all(Array.from({ length: 40 }, (_, index) => write(index)));
  const seqs = (await readSessionEvents({ ...key, after: 0 })).map((event) => event.seq);
  expect(seqs).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
});

test("a writer that lost its fence writes nothing and is told", async () => {
  const { key, messageId } = await newTurn();
  const write = () =>
    changeSession(key, (change) => change.appendFenced(key, [{ type: "part.updated", data: { part: textPart(messageId, 0, "x") } }]));
  expect(await write()).toBe(true);
  await dangerouslyAcrossTenants("a test takes the turn over", (tx) =>
    tx.turn.updateMany({ where: { id: key.turnId }, data: { fence: 4 } }),
  );
  expect(await write()).toBe(false);
  expect(await readSessionEvents({ ...key, after: 2 })).toEqual([]);
});

test("an ended part holds the whole text, and what it was made of is swept", async () => {
  const { key, messageId } = await newTurn();
  const open = textPart(messageId, 0, "", null);
  if (open.type !== "text") throw new Error("no text part");
  const append = (bodies: Parameters<Parameters<Parameters<typeof changeSession>[1]>[0]["append"]>[0]) =>
    changeSession(key, (change) => change.append(bodies));
  await append([{ type: "part.updated", data: { part: open } }]);
  for (const delta of ["one ", "two ", "three"]) await append([{ type: "part.delta", data: { partId: open.id, field: "text", delta } }]);
  const live = await readSessionEvents({ ...key, after: 0 });
  const ended = { ...open, text: "one two three", endedAt: new Date().toISOString() };
  await append([{ type: "part.updated", data: { part: ended } }]);
  const folded = await readSessionEvents({ ...key, after: 0 });
  expect(live.map((event) => event.type)).toEqual(["message.created", "part.updated", "part.delta", "part.delta", "part.delta"]);
  expect(folded.map((event) => [event.seq, event.type])).toEqual([
    [1, "message.created"],
    [6, "part.updated"],
  ]);
  const last = folded.at(-1);
  const followed = [...live, ...(last ? [last] : [])].reduce(applySessionEvent, emptySessionView);
  expect(followed).toEqual((await getSession(key)).view);
});

test("a session of 5,000 parts opens in a moment", async () => {
  const { key, messageId } = await newTurn();
  for (let start = 0; start < 5_000; start += 500) {
    const parts = Array.from({ length: 500 }, (_, index) => toolPart(messageId, start + index, { output: "line\n".repeat(60) }));
    await changeSession(key, (change) => change.append(parts.map((part) => ({ type: "part.updated", data: { part } }))));
  }
  const times: number[] = [];
  for (let round = 0; round < 4; round++) {
    const startedMs = performance.now();
    expect((await getSession(key)).view.parts).toHaveLength(5_000);
    times.push(performance.now() - startedMs);
  }
  // The figure is a benchmark's; here it only must not grow with the square, on a machine with other work as well.
  expect(Math.min(...times)).toBeLessThan(1_500);
}, 60_000);

test("turns whose worker is gone are sent off again, also when the clock has jumped back; those that beat are not", async () => {
  const beats = { gone: -60_000, alive: -1_000, future: 3_600_000 };
  const turns = await Promise.all(
    Object.entries(beats).map(async ([name, offsetMs]) => {
      const { key } = await newTurn();
      const heartbeatAt = new Date(Date.now() + offsetMs);
      await dangerouslyAcrossTenants("a test sets a heartbeat", (tx) =>
        tx.turn.updateMany({ where: { id: key.turnId }, data: { heartbeatAt, runId: name } }),
      );
      return [name, key.turnId] as const;
    }),
  );
  await reapTurns(new Date());
  const sent = await dangerouslyAcrossTenants("a test reads the outbox", (tx) =>
    tx.outboxEvent.findMany({ where: { name: "sessions/turn.submitted" } }),
  );
  const ids = sent.map((row) => JSON.stringify(row.data));
  expect(turns.filter(([, id]) => ids.some((data) => data.includes(id))).map(([name]) => name)).toEqual(["gone", "future"]);
});
