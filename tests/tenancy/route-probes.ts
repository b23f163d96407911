import type { Tenant } from "./two-tenants.ts";

type Ids = Tenant["ids"];

/** A route of a workspace: API key, or cookie and `?workspace=`. */
export interface TenantRouteProbe {
  readonly for: "workspace";
  readonly params: (ids: Ids) => Record<string, string>;
  readonly body?: (ids: Ids) => unknown;
  /** sent as it is, in place of a JSON body */
  readonly raw?: Uint8Array<ArrayBuffer>;
  readonly namesRows: boolean;
  readonly viewer: "may" | "may not";
  /** the answer is a stream that stays open */
  readonly isStream?: true;
}

/** A route that concerns no workspace; `because` says what guards it, and which test shows that. */
export interface OtherRouteProbe {
  readonly for: "anybody";
  readonly because: string;
}

const session = (ids: Ids) => ({ sessionId: ids.sessionId });
const emptyZip = Uint8Array.from([0x50, 0x4b, 5, 6, ...Array.from({ length: 18 }, () => 0)]);
const inSession = { for: "workspace", params: session, namesRows: true } as const;

/** One probe for each method of each route; one without fails the suite. */
export const routeProbes: Readonly<Record<string, TenantRouteProbe | OtherRouteProbe>> = {
  "POST /api/v1/sessions": {
    for: "workspace",
    params: () => ({}),
    body: (ids) => ({ repositoryId: ids.repositoryId, prompt: "probe" }),
    namesRows: true,
    viewer: "may not",
  },
  "GET /api/v1/sessions/[sessionId]": { ...inSession, viewer: "may" },
  "POST /api/v1/sessions/[sessionId]/prompts": { ...inSession, body: () => ({ prompt: "probe" }), viewer: "may not" },
  "GET /api/v1/sessions/[sessionId]/events": { ...inSession, viewer: "may", isStream: true },
  "POST /api/v1/sessions/[sessionId]/abort": { ...inSession, viewer: "may not" },
  "GET /api/v1/sessions/[sessionId]/diff": { ...inSession, viewer: "may" },
  "GET /api/v1/sessions/[sessionId]/patch": { ...inSession, viewer: "may" },
  "GET /api/v1/sessions/[sessionId]/images/[partId]/[ordinal]": {
    ...inSession,
    params: (ids) => ({ ...session(ids), partId: ids.imagePartId, ordinal: "0" }),
    viewer: "may",
  },
  "POST /api/v1/sessions/[sessionId]/permissions/[requestId]": {
    ...inSession,
    params: (ids) => ({ ...session(ids), requestId: ids.permissionRequestId }),
    body: () => ({ reply: "once" }),
    viewer: "may not",
  },
  "POST /api/v1/sessions/[sessionId]/questions/[requestId]": {
    ...inSession,
    params: (ids) => ({ ...session(ids), requestId: ids.questionRequestId }),
    body: () => ({ answers: [["probe"]] }),
    viewer: "may not",
  },
  "GET /api/v1/sessions/[sessionId]/children": { ...inSession, viewer: "may" },
  "POST /api/v1/comparisons": {
    for: "workspace",
    params: () => ({}),
    body: (ids) => ({ repositoryId: ids.repositoryId, prompt: "probe", attempts: [{}, {}] }),
    namesRows: true,
    viewer: "may not",
  },
  "GET /api/v1/comparisons/[groupId]": {
    for: "workspace",
    params: (ids) => ({ groupId: ids.compareGroupId }),
    namesRows: true,
    viewer: "may",
  },
  "POST /api/v1/comparisons/[groupId]/choice": {
    for: "workspace",
    params: (ids) => ({ groupId: ids.compareGroupId }),
    body: () => ({ sessionId: null }),
    namesRows: true,
    viewer: "may not",
  },
  "GET /api/v1/repositories": { for: "workspace", params: () => ({}), namesRows: false, viewer: "may" },
  "POST /api/v1/repositories": {
    for: "workspace",
    params: () => ({}),
    body: () => ({ kind: "local", path: "/nowhere/probe" }),
    namesRows: false,
    viewer: "may not",
  },
  "POST /api/v1/repositories/archive": { for: "workspace", params: () => ({}), raw: emptyZip, namesRows: false, viewer: "may not" },
  // It makes a commit in the caller's name.
  "GET /api/v1/sessions/[sessionId]/bundle": { ...inSession, viewer: "may not" },
  "POST /api/v1/sessions/[sessionId]/push": { ...inSession, body: () => ({}), viewer: "may not" },
  "GET /api/terminal/[sessionId]": { ...inSession, viewer: "may", isStream: true },
  "POST /api/terminal/[sessionId]": { ...inSession, body: () => ({ kind: "open", cols: 80, rows: 24 }), viewer: "may not" },

  "GET /api/trpc/[trpc]": { for: "anybody", because: "each procedure has its own probe" },
  "POST /api/trpc/[trpc]": { for: "anybody", because: "each procedure has its own probe" },
  "GET /api/auth/[...nextauth]": { for: "anybody", because: "signing in comes before any workspace: tests/integration/auth" },
  "POST /api/auth/[...nextauth]": { for: "anybody", because: "signing in comes before any workspace: tests/integration/auth" },
  "GET /api/auth-link/[token]": { for: "anybody", because: "the token is the right: tests/integration/auth" },
  "POST /api/auth-link/[token]": { for: "anybody", because: "the token is the right: tests/integration/auth" },
  "GET /api/health": { for: "anybody", because: "says how the processes are and nothing of a tenant; shown below" },
  "GET /api/v1/openapi.json": { for: "anybody", because: "the public API's document; shown below" },
  "GET /api/dev/mails": { for: "anybody", because: "exists on a single machine without a mail server only: tests/integration/auth" },
};
