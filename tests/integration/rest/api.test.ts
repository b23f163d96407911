import { ensureUser } from "@opencode/core/modules/auth/index.ts";
import { createSession } from "@opencode/core/modules/sessions/index.ts";
import { createApiKey, createWorkspace, revokeApiKey } from "@opencode/core/modules/tenancy/index.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type UserId } from "@opencode/core/platform/ids.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { GET as getEvents } from "../../../apps/web/src/app/api/v1/sessions/[sessionId]/events/route.ts";
import { POST as postPrompt } from "../../../apps/web/src/app/api/v1/sessions/[sessionId]/prompts/route.ts";
import { GET as getSession } from "../../../apps/web/src/app/api/v1/sessions/[sessionId]/route.ts";
import { POST as postSession } from "../../../apps/web/src/app/api/v1/sessions/route.ts";

const origin = "http://localhost:21999";
const scopes = ["sessions:read", "sessions:write"] as const;
let ownerId: UserId;
let workspaceId: Awaited<ReturnType<typeof createWorkspace>>["id"];
let key: { id: string; key: string };
const repositoryId = newId("repository");

const newKey = (name: string) => createApiKey({ workspaceId, actorId: ownerId, name, scopes: [...scopes] });

beforeAll(async () => {
  ({ id: ownerId } = await ensureUser({ email: "rest@example.test" }));
  workspaceId = (await createWorkspace({ userId: ownerId, name: "Rest" })).id;
  await withTenant(workspaceId, (tx) =>
    tx.repository.create({
      data: { id: repositoryId, workspaceId, name: "r", kind: "local", location: "/nowhere", state: "ready", createdById: ownerId },
    }),
  );
});

interface Sent {
  readonly body?: unknown;
  readonly raw?: string;
  readonly headers?: Record<string, string>;
}

async function send(handler: typeof postSession, method: string, path: string, { body, raw, headers = {} }: Sent = {}) {
  const sessionId = /sessions\/([^/?]+)/.exec(path)?.[1];
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const request = new Request(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${key.key}`, ...(text === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const response = await handler(request, { params: Promise.resolve(sessionId ? { sessionId } : {}) });
  const answer = await response.text();
  const json: Record<string, unknown> = JSON.parse(answer);
  return { status: response.status, headers: response.headers, text: answer, json };
}

const create = (sent: Sent = { body: { repositoryId } }) => send(postSession, "POST", "/api/v1/sessions", sent);
const sessionCount = () => withTenant(workspaceId, (tx) => tx.session.count());

beforeAll(async () => {
  key = await newKey("main");
});

describe("a session", () => {
  test("is made, prompted and read; the key's use is noted", async () => {
    const made = await create({ body: { repositoryId, prompt: "Fix it" } });
    expect(made.status).toBe(201);
    const path = `/api/v1/sessions/${made.json.sessionId}`;
    const prompted = await send(postPrompt, "POST", `${path}/prompts`, { body: { prompt: "And then this" } });
    expect(prompted).toMatchObject({
      status: 202,
      json: { turnId: expect.stringMatching(/^trn_/), messageId: expect.stringMatching(/^msg_/) },
    });
    const read = await send(getSession, "GET", path);
    expect(read.json).toMatchObject({ session: { origin: "api", title: "Fix it" }, view: { turns: [{ ordinal: 1 }, { ordinal: 2 }] } });
    const row = await withTenant(workspaceId, (tx) => tx.apiKey.findFirstOrThrow({ where: { id: key.id } }));
    expect(row.lastUsedAt).not.toBeNull();
    expect(row.keyHash).not.toContain(key.key);
  });
});

describe("bad input", () => {
  test.each<[string, Sent, number]>([
    ["no JSON", { raw: "{" }, 400],
    ["another type", { raw: "{}", headers: { "content-type": "text/plain" } }, 400],
    ["no body", {}, 400],
    ["an id of another kind", { body: { repositoryId: "ses_1" } }, 400],
    ["an empty prompt", { body: { repositoryId, prompt: " \n" } }, 400],
    ["control characters", { body: { repositoryId, prompt: "ring \u0007" } }, 400],
    ["a prompt of 1 MB", { body: { repositoryId, prompt: "x".repeat(1024 * 1024) } }, 400],
    ["a body over the limit", { body: { repositoryId, prompt: "x".repeat(limits.request.maxPromptBodyBytes) } }, 413],
    ["a NUL", { raw: "\u0000" }, 400],
    ["a repository that is not there", { body: { repositoryId: newId("repository") } }, 404],
    ["an unknown model", { body: { repositoryId, model: "none/such" } }, 400],
    ["a bad idempotency key", { body: { repositoryId }, headers: { "idempotency-key": "has space" } }, 400],
  ])("%s", async (_name, sent, status) => {
    const before = await sessionCount();
    const answer = await create(sent);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.json).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      requestId: expect.stringMatching(/^req_/),
    });
    expect(await sessionCount()).toBe(before);
  });

  test("names the field", async () => {
    const answer = await create({ body: { repositoryId, prompt: "" } });
    expect(answer.json.errors).toEqual([{ path: "prompt", message: "Write what the agent should do." }]);
  });
});

describe("an idempotency key", () => {
  const withKey = (name: string, body: unknown = { repositoryId, prompt: "once" }) =>
    create({ body, headers: { "idempotency-key": name } });

  test("gives the first answer again, byte for byte, and works once", async () => {
    const before = await sessionCount();
    const [first, second] = [await withKey("a"), await withKey("a")];
    expect(second.text).toBe(first.text);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect([first.headers.get("idempotency-replayed"), second.headers.get("idempotency-replayed")]).toEqual([null, "true"]);
    expect(await sessionCount()).toBe(before + 1);
  });

  test("refuses another request, also on another path", async () => {
    await withKey("b");
    expect((await withKey("b", { repositoryId, prompt: "twice" })).status).toBe(422);
  });

  test("lets one of many through at the same moment", async () => {
    const before = await sessionCount();
    const answers = await Promise.all(Array.from({ length: 6 }, () => withKey("c")));
    expect(await sessionCount()).toBe(before + 1);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const refused of answers.filter(({ status }) => status !== 201)) {
      expect(refused.status).toBe(409);
      expect(refused.headers.get("retry-after")).toBe("1");
    }
  });

  test("is free again after a request that failed, and after a process that died with it", async () => {
    expect((await withKey("d", { repositoryId: newId("repository") })).status).toBe(404);
    expect((await withKey("d")).status).toBe(201);
    await withKey("e");
    const key_ = { workspaceId_key: { workspaceId, key: `${key.id}:e` } };
    await withTenant(workspaceId, (tx) => tx.idempotencyRecord.update({ where: key_, data: { status: null } }));
    expect((await withKey("e")).status).toBe(409);
    const createdAt = new Date(Date.now() - limits.rest.idempotencyClaimMs - 1);
    await withTenant(workspaceId, (tx) => tx.idempotencyRecord.update({ where: key_, data: { createdAt } }));
    expect((await withKey("e")).status).toBe(201);
  });

  test("makes one session, although the process died between making it and keeping the answer", async () => {
    const first = await withKey("g");
    const before = await sessionCount();
    await withTenant(workspaceId, (tx) => tx.idempotencyRecord.deleteMany({ where: { key: `${key.id}:g` } }));
    const second = await withKey("g");
    expect(second.headers.get("idempotency-replayed")).toBeNull();
    expect([second.status, second.text]).toEqual([201, first.text]);
    // Of many that come at once too, each finds the one.
    const actor = { kind: "user", id: ownerId } as const;
    const made = await Promise.all(
      Array.from({ length: 5 }, () => createSession({ workspaceId, repositoryId, actor, origin: "browser", clientRequestId: "g" })),
    );
    expect(new Set(made.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(await sessionCount()).toBe(before + 1);
  });

  test("belongs to its caller", async () => {
    const mine = await withKey("f");
    const other = await newKey("other");
    const theirs = await create({
      body: { repositoryId, prompt: "once" },
      headers: { "idempotency-key": "f", authorization: `Bearer ${other.key}` },
    });
    expect(theirs.status).toBe(201);
    expect(theirs.text).not.toBe(mine.text);
  });
});

describe("rate limits", () => {
  test("hold for each caller, with the seconds to wait", async () => {
    const busy = await newKey("busy");
    const headers = { authorization: `Bearer ${busy.key}` };
    const perMinute = limits.rest.requestsPerMinute;
    let granted = 0;
    let last = await create({ raw: "{", headers });
    while (last.status === 400 && granted < 2 * perMinute) {
      granted++;
      last = await create({ raw: "{", headers });
    }
    expect(last.status).toBe(429);
    // The bucket refills while we ask: at least the minute's worth, and not much more.
    expect(granted).toBeGreaterThanOrEqual(perMinute);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    const calm = await newKey("calm");
    expect((await create({ raw: "{", headers: { authorization: `Bearer ${calm.key}` } })).status).toBe(400);
  });

  test("hold for keys that are tried out", async () => {
    const statuses = new Set<number>();
    for (let index = 0; index <= limits.rest.unauthenticatedPerMinute; index++) {
      const headers = { authorization: `Bearer oc_${String(index).padStart(43, "0")}`, "x-forwarded-for": "198.51.100.7" };
      statuses.add((await create({ body: {}, headers })).status);
    }
    expect([...statuses].sort()).toEqual([401, 429]);
  });
});

describe("the event stream", () => {
  async function follow(sessionId: string, apiKey: string, headers: Record<string, string> = {}, query = "") {
    const cut = new AbortController();
    const request = new Request(`${origin}/api/v1/sessions/${sessionId}/events${query}`, {
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
      signal: cut.signal,
    });
    const response = await getEvents(request, { params: Promise.resolve({ sessionId }) });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!reader) throw new Error("no body");
    return { reader, cut };
  }

  async function idsUntil(reader: ReadableStreamDefaultReader<string>, last: number): Promise<number[]> {
    let text = "";
    const ids = () => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    while (!ids().includes(last)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`ended after ${text}`);
      text += value;
    }
    return ids();
  }

  test("starts after `after` or after the browser's last id, whichever is later", async () => {
    const { json } = await create({ body: { repositoryId, prompt: "Follow me" } });
    const sessionId = String(json.sessionId);
    const { view } = (await send(getSession, "GET", `/api/v1/sessions/${sessionId}`)).json as { view: { seq: number } };
    const all = await follow(sessionId, key.key);
    expect(await idsUntil(all.reader, view.seq)).toEqual(Array.from({ length: view.seq }, (_, index) => index + 1));
    const rest = await follow(sessionId, key.key, { "last-event-id": "2" }, "?after=1");
    expect(await idsUntil(rest.reader, view.seq)).not.toContain(2);
    all.cut.abort();
    rest.cut.abort();
  });

  test("of a key that is revoked in mid-stream ends", async () => {
    const { json } = await create();
    const gone = await newKey("gone");
    const { reader } = await follow(String(json.sessionId), gone.key);
    await revokeApiKey(workspaceId, ownerId, gone.id);
    const startedAt = performance.now();
    for (let read = await reader.read(); !read.done; read = await reader.read());
    expect(performance.now() - startedAt).toBeLessThan(limits.rest.streamRecheckMs + 5_000);
  });
});
