import { getSessionImage, getSessionPatch, sessionEventStream } from "@opencode/core/modules/sessions/index.ts";
import { notFound } from "@opencode/core/platform/errors.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import { z } from "zod";
import { openStream } from "../open-stream.ts";
import { defineOperation } from "../operation.ts";
import { noFields, sessionParams } from "../schemas.ts";

const read = { scope: "sessions:read", permission: "sessions.read" } as const;

function afterOf(query: { after: number }, request: Request): number {
  // A browser that comes back by itself names the last event it got; its address still says where it began.
  const last = Number(request.headers.get("last-event-id") ?? 0);
  return Number.isSafeInteger(last) && last > query.after ? last : query.after;
}

export const followEventsOperation = defineOperation({
  id: "followSessionEvents",
  method: "GET",
  path: "/api/v1/sessions/{sessionId}/events",
  summary: "Follow a session's event log",
  description:
    "Server-sent events: all after `after`, then all that come. `id` is the event's `seq`, `data` the event as JSON. After a cut, ask again with the last `id` (or send Last-Event-ID): nothing is lost or doubled.",
  access: read,
  params: sessionParams,
  query: z.object({ after: z.coerce.number().int().min(0).default(0) }),
  body: null,
  answer: { contentType: "text/event-stream", status: 200, description: "The event stream", schema: null },
  isStream: true,
  handle: async ({ caller, params, query, request }) => {
    const seat = openStream(caller, request, read);
    try {
      const key = { workspaceId: caller.workspaceId, ...params };
      const stream = await sessionEventStream({ ...key, after: afterOf(query, request), signal: seat.signal });
      return new Response(stream, {
        headers: { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" },
      });
    } catch (error) {
      seat.leave();
      throw error;
    }
  },
});

export const getPatchOperation = defineOperation({
  id: "getSessionPatch",
  method: "GET",
  path: "/api/v1/sessions/{sessionId}/patch",
  summary: "The agent's changes as a patch for `git apply`",
  access: read,
  params: sessionParams,
  query: noFields,
  body: null,
  answer: { contentType: "text/x-patch", status: 200, description: "A unified diff", schema: null },
  handle: async ({ caller, params }) => {
    const found = await getSessionPatch({ workspaceId: caller.workspaceId, ...params });
    if (!found) throw notFound("A diff of this session");
    const name =
      found.title
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 60) || "session";
    return new Response(found.patch, {
      headers: {
        "content-type": "text/x-patch; charset=utf-8",
        "content-disposition": `attachment; filename="${name}.patch"`,
        "cache-control": "no-store",
      },
    });
  },
});

export const getImageOperation = defineOperation({
  id: "getSessionImage",
  method: "GET",
  path: "/api/v1/sessions/{sessionId}/images/{partId}/{ordinal}",
  summary: "A picture that a prompt came with or a tool has shown",
  access: read,
  params: sessionParams.extend({ partId: idSchema("part"), ordinal: z.coerce.number().int().min(0).max(100) }),
  query: noFields,
  body: null,
  answer: { contentType: "image/*", status: 200, description: "The picture", schema: null },
  handle: async ({ caller, params: { sessionId, ...place } }) => {
    const { mime, content } = await getSessionImage({ workspaceId: caller.workspaceId, sessionId }, place);
    return new Response(new Uint8Array(content), {
      headers: {
        "content-type": mime,
        "content-length": String(content.byteLength),
        // It never changes; what is in it is never run.
        "cache-control": "private, max-age=31536000, immutable",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
      },
    });
  },
});
