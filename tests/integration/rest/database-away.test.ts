import { expect, test } from "vitest";

// Nothing listens there: as while the database restarts.
process.env.DATABASE_URL = "postgresql://nobody@127.0.0.1:1/none";
const [health, sessions, trpc] = await Promise.all([
  import("../../../apps/web/src/app/api/health/route.ts"),
  import("../../../apps/web/src/app/api/v1/sessions/[sessionId]/route.ts"),
  import("../../../apps/web/src/app/api/trpc/[trpc]/route.ts"),
]);
const origin = "http://localhost:21999";
const headers = { authorization: `Bearer oc_${"x".repeat(43)}`, cookie: "authjs.session-token=some-token" };

test("REST says that it is away, and when to come back", async () => {
  const request = new Request(`${origin}/api/v1/sessions/ses_1`, { headers });
  const response = await sessions.GET(request, { params: Promise.resolve({ sessionId: "ses_1" }) });
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  const problem = await response.json();
  expect(problem).toMatchObject({ status: 503, title: "Not available right now", detail: expect.stringContaining("database") });
  expect(JSON.stringify(problem)).not.toMatch(/127\.0\.0\.1|prisma|nobody/i);
});

test("so does tRPC", async () => {
  const response = await trpc.GET(new Request(`${origin}/api/trpc/auth.me`, { headers }));
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("The database does not answer right now");
});

test("and health names it", async () => {
  const response = await health.GET();
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ status: "down", components: { database: { status: "down" } } });
});
