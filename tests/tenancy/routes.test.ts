import { createApiKey, revokeApiKey } from "@opencode/core/modules/tenancy/index.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { listRoutes, type Route } from "./list-routes.ts";
import { routeProbes, type TenantRouteProbe } from "./route-probes.ts";
import { contentsOf, findLeak, type Person, type TwoTenants, twoTenants } from "./two-tenants.ts";

const origin = "http://localhost:21999";
const routes = await listRoutes();
let world: TwoTenants;

beforeAll(async () => {
  world = await twoTenants();
});

test("every route has a probe, and every probe a route", () => {
  expect(Object.keys(routeProbes).sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
});

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

async function handlerOf({ file, method }: Route): Promise<Handler> {
  const loaded: unknown = await import(file);
  const handler: unknown = Reflect.get(Object(loaded), method);
  if (typeof handler !== "function") throw new Error(`${file} has no ${method}`);
  return (request, context) => Reflect.apply(handler, null, [request, context]);
}

// A caller's refusals are counted: each of ours comes from an address of its own.
let addresses = 0;

interface Call {
  readonly headers?: Record<string, string>;
  readonly slug?: string;
  readonly ids?: "victim" | "attacker";
}

async function call(route: Route, probe: TenantRouteProbe, { headers = {}, slug, ids = "victim" }: Call) {
  const params = probe.params(world[ids].ids);
  const path = Object.entries(params).reduce((text, [name, value]) => text.replace(`[${name}]`, value), route.path);
  const body = probe.body?.(world[ids].ids);
  const cut = new AbortController();
  const request = new Request(`${origin}${path}${slug ? `?workspace=${slug}` : ""}`, {
    method: route.method,
    headers: { "x-forwarded-for": `192.0.2.${addresses++}`, ...headers, ...(body ? { "content-type": "application/json" } : {}) },
    signal: cut.signal,
    ...(body ? { body: JSON.stringify(body) } : probe.raw ? { body: probe.raw } : {}),
  });
  const response = await (await handlerOf(route))(request, { params: Promise.resolve(params) });
  const isOpen = probe.isStream && response.ok;
  const text = isOpen ? "" : await response.text();
  cut.abort();
  if (isOpen) await response.body?.cancel();
  return { status: response.status, text, type: response.headers.get("content-type") };
}

const browser = (who: Person) => ({ cookie: who.cookie, origin });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

async function expectRefused(route: Route, probe: TenantRouteProbe, attack: Call, status: number | "ok") {
  const before = await contentsOf(world.victim);
  const answer = await call(route, probe, attack);
  if (status === "ok") expect(answer.status, answer.text).toBeLessThan(300);
  else {
    expect(answer.status, answer.text).toBe(status);
    expect(answer.type).toBe("application/problem+json");
  }
  expect(findLeak(answer.text)).toBeNull();
  expect(await contentsOf(world.victim)).toBe(before);
}

describe.each(routes.map((route) => ({ ...route, name: `${route.method} ${route.path}` })))("$name", (route) => {
  const probe = routeProbes[route.name];
  if (probe?.for !== "workspace") return;
  const foreign = probe.namesRows ? 404 : ("ok" as const);

  test("without a session or key", async () => {
    await expectRefused(route, probe, {}, 401);
    await expectRefused(route, probe, { slug: world.victim.workspace.slug }, 401);
    await expectRefused(route, probe, { headers: bearer(`oc_${"x".repeat(43)}`) }, 401);
  });

  test("another workspace's key and the victim's ids", async () => {
    await expectRefused(route, probe, { headers: bearer(world.attacker.apiKey) }, foreign);
    await expectRefused(route, probe, { headers: bearer(world.attacker.apiKey), slug: world.victim.workspace.slug }, 404);
  });

  test("another workspace's browser", async () => {
    await expectRefused(route, probe, { headers: browser(world.attacker.owner), slug: world.victim.workspace.slug }, 404);
    await expectRefused(route, probe, { headers: browser(world.attacker.owner), slug: world.attacker.workspace.slug }, foreign);
  });

  test("a removed member whose browser is still signed in", async () => {
    await expectRefused(route, probe, { headers: browser(world.removed), slug: world.victim.workspace.slug }, 404);
  });

  test("a revoked key", async () => {
    const { workspace, owner } = world.victim;
    const key = await createApiKey({
      workspaceId: workspace.id,
      actorId: owner.id,
      name: "gone",
      scopes: ["sessions:read", "sessions:write"],
    });
    await revokeApiKey(workspace.id, owner.id, key.id);
    await expectRefused(route, probe, { headers: bearer(key.key) }, 401);
  });

  if (probe.viewer === "may not") {
    test("a viewer, a key that may only read, a page of another site", async () => {
      const { slug } = world.victim.workspace;
      await expectRefused(route, probe, { headers: browser(world.viewer), slug }, 403);
      await expectRefused(route, probe, { headers: bearer(world.victim.readKey) }, 403);
      // What only gives something out is not guarded by the origin: another site can't read the answer.
      if (route.method === "GET") return;
      await expectRefused(route, probe, { headers: { cookie: world.victim.owner.cookie, origin: "https://evil.test" }, slug }, 403);
      await expectRefused(route, probe, { headers: { cookie: world.victim.owner.cookie }, slug }, 403);
    });
  } else {
    test("a viewer and a key that may only read see it", async () => {
      expect((await call(route, probe, { headers: browser(world.viewer), slug: world.victim.workspace.slug })).status).toBe(200);
      expect((await call(route, probe, { headers: bearer(world.victim.readKey) })).status).toBe(200);
    });
  }
});

describe("routes for anybody", () => {
  const open = routes.filter(({ path }) => ["/api/health", "/api/v1/openapi.json"].includes(path));
  test.each(open)("$path tells nothing of a tenant", async (route) => {
    const response = await (await handlerOf(route))(new Request(`${origin}${route.path}`), { params: Promise.resolve({}) });
    expect(findLeak(await response.text())).toBeNull();
  });
});

// Last, because it changes things: the same requests are valid when the right one sends them.
describe("the victim's own key may do what the probes asked for", () => {
  test.each(Object.entries(routeProbes).filter(([, probe]) => probe.for === "workspace"))("%s", async (name, probe) => {
    const route = routes.find(({ method, path }) => `${method} ${path}` === name);
    if (!route || probe.for !== "workspace") throw new Error("no such route");
    const answer = await call(route, probe, { headers: bearer(world.victim.apiKey) });
    // The question's turn may have been stopped by then: the answer to that is a conflict, not a refusal.
    // Nor has the probe's session worked yet, so that there is nothing of it to take out.
    expect(/permissions|questions|push|bundle/.test(name) ? [200, 409] : [200, 201, 202], answer.text).toContain(answer.status);
  });
});
