import { randomUUID } from "node:crypto";
import { sha1, stableUuid } from "../ids.ts";
import { parseJson } from "../json.ts";
import type { Machine } from "../machine.ts";
import { registrationSchema } from "./config.ts";
import { type FunctionRecord, RefusedError, readFunction } from "./function-record.ts";

export interface Registered {
  readonly ok: true;
  readonly modified: boolean;
  readonly sync_id: string;
  readonly app_id: string;
}

/** Takes the functions of an app; those it no longer names stop being started. Throws RefusedError, and changes nothing, when one can't be served. */
export async function registerApp(machine: Machine, body: string): Promise<Registered> {
  const parsed = registrationSchema.safeParse(parseJson(body));
  if (!parsed.success) throw new RefusedError(`the registration can't be read: ${parsed.error.issues[0]?.message ?? ""}`);
  const { url, appName, app_id: inBandName, framework, sdk, functions } = parsed.data;
  const name = appName ?? inBandName ?? url;
  const appId = stableUuid(`app:${name}`);
  const records = functions.map((fn) => readFunction(fn, appId));
  const checksum = sha1(JSON.stringify([url, functions]));
  const syncId = randomUUID();
  retryWaiting(machine, appId);
  if (machine.apps.get(appId) === checksum) return { ok: true, modified: false, sync_id: syncId, app_id: appId };

  const kept = new Set(records.map((fn) => fn.slug));
  for (const fn of machine.registry.ofApp(appId)) {
    if (kept.has(fn.slug)) continue;
    fn.isActive = false;
    machine.registry.put(fn);
    putFunction(machine, fn);
  }
  for (const fn of records) {
    machine.registry.put(fn);
    putFunction(machine, fn);
  }
  machine.apps.set(appId, checksum);
  machine.writer.put("apps", appId, {
    id: appId,
    name,
    url,
    framework: framework ?? null,
    sdk: sdk ?? null,
    checksum,
    synced_ms: Date.now(),
  });
  machine.onRegistered(appId, records);
  await machine.writer.flush();
  machine.log.info({ app: name, functions: records.length }, "functions registered");
  return { ok: true, modified: true, sync_id: syncId, app_id: appId };
}

function putFunction(machine: Machine, fn: FunctionRecord): void {
  machine.writer.put("functions", fn.slug, {
    id: fn.id,
    slug: fn.slug,
    app_id: fn.appId,
    config: JSON.stringify(fn.config),
    active: fn.isActive,
  });
}

/** The SDK is there: what waits for its next attempt only because the SDK was not goes on at once. */
function retryWaiting(machine: Machine, appId: string): void {
  for (const run of machine.runs.values()) {
    if (run.fn.appId !== appId) continue;
    for (const item of run.items.values()) {
      if (!item.waitsForSdk || !item.timer || item.requestId !== null) continue;
      item.timer.cancelled = true;
      item.timer = undefined;
      item.waitsForSdk = false;
      item.dueMs = Date.now();
      machine.scheduler.offer(item);
    }
  }
}
