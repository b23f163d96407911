import { readHealth } from "../../../server/health.ts";

/** 200 when everything that is needed is up, 503 otherwise. */
export async function GET(): Promise<Response> {
  const health = await readHealth();
  return Response.json(health, { status: health.status === "up" ? 200 : 503, headers: { "cache-control": "no-store" } });
}

export const dynamic = "force-dynamic";
