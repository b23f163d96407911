import { parseJson } from "../json.ts";
import type { Machine } from "../machine.ts";
import { listRuns, readRun, runsOfEvent } from "../store/read.ts";
import { HttpError, type Reply, type Request, replyJson } from "./reply.ts";

interface ReadRoute {
  readonly pattern: RegExp;
  readonly handle: (machine: Machine, request: Request, parameters: readonly string[]) => Promise<Reply>;
}

const defaultPage = 50;
const maxPage = 500;

/** Read-only routes: Inngest's own listing by event, and the runs, steps and attempts for the run panel. */
export const readRoutes: readonly ReadRoute[] = [
  { pattern: /^\/v1\/events\/([^/]+)\/runs$/, handle: eventRuns },
  { pattern: /^\/v1\/runs\/([^/]+)$/, handle: oneRun },
  { pattern: /^\/v1\/runs$/, handle: manyRuns },
  { pattern: /^\/v1\/functions$/, handle: functions },
];

async function eventRuns(machine: Machine, _request: Request, [eventId = ""]: readonly string[]): Promise<Reply> {
  await machine.writer.flush();
  return replyJson({ data: await runsOfEvent(machine.reader, eventId), metadata: { fetched_at: new Date().toISOString() } });
}

async function oneRun(machine: Machine, _request: Request, [runId = ""]: readonly string[]): Promise<Reply> {
  await machine.writer.flush();
  const run = await readRun(machine.reader, runId);
  if (!run) throw new HttpError(404, "no such run");
  return replyJson({ data: run, metadata: { fetched_at: new Date().toISOString() } });
}

async function manyRuns(machine: Machine, { query }: Request): Promise<Reply> {
  await machine.writer.flush();
  const limit = Math.min(maxPage, Math.max(1, Number(query.get("limit") ?? defaultPage) || defaultPage));
  const runs = await listRuns(machine.reader, {
    functionSlug: query.get("function") ?? undefined,
    status: query.get("status") ?? undefined,
    before: query.get("before") ?? undefined,
    limit,
  });
  return replyJson({ data: runs, next: runs.length === limit ? (runs.at(-1)?.run_id ?? null) : null });
}

async function functions(machine: Machine): Promise<Reply> {
  return replyJson({
    data: machine.registry
      .all()
      .map((fn) => ({ id: fn.id, slug: fn.slug, name: fn.name, active: fn.isActive, config: parseJson(JSON.stringify(fn.config)) })),
  });
}
