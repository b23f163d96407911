import { z } from "zod";
import { defineEvent } from "../../platform/events/define-event.ts";
import { idSchema } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { partSchema, pictureFields } from "./parts/contract.ts";

export { type Decision, decisionSchema, type Part, partSchema, stoppedCallError, type ToolPart } from "./parts/contract.ts";

export const sessionStates = ["idle", "queued", "running", "waiting", "failed"] as const;
export const sessionStateSchema = z.enum(sessionStates);
export type SessionState = z.infer<typeof sessionStateSchema>;

export const turnStates = ["queued", "running", "waiting", "completed", "failed", "aborted"] as const;
export const turnStateSchema = z.enum(turnStates);
export type TurnState = z.infer<typeof turnStateSchema>;

export const originSchema = z.enum(["browser", "api", "github", "channel", "cli", "schedule"]);
export const actorSchema = z.object({ kind: z.enum(["user", "api_key", "system"]), id: z.string() });
export type Actor = z.infer<typeof actorSchema>;

/** A prompt as typed: not empty, no control characters but tab and line ends, at most `limits.prompt.maxChars` characters. */
export const promptSchema = z
  .string()
  .max(
    limits.prompt.maxChars,
    `A prompt may have ${limits.prompt.maxChars.toLocaleString("en")} characters at most. Put long material into a file of the repository.`,
  )
  .refine((text) => !/[^\P{Cc}\t\n\r]/u.test(text), "The prompt holds control characters. Paste it as plain text.")
  .refine((text) => text.trim().length > 0, "Write what the agent should do.");

/** Pictures that a prompt comes with, as base64; what they are is told by their bytes. */
export const promptImagesSchema = z
  .array(
    z.object({
      name: z.string().trim().min(1).max(200),
      data: z
        .base64()
        .min(1)
        .max(Math.ceil(limits.image.maxBytes / 3) * 4, "The picture is too large."),
    }),
  )
  .max(limits.image.maxPerPrompt, `A prompt takes ${limits.image.maxPerPrompt} pictures at most.`);
export type PromptImage = z.infer<typeof promptImagesSchema>[number];

/** What went wrong with a turn, for people: the code, whether it will pass by itself, and where to mend it. */
export const turnErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  /** a path within the workspace, e.g. "settings/providers" */
  settingsPath: z.string().nullable().default(null),
});
export type TurnError = z.infer<typeof turnErrorSchema>;

export const messageSchema = z.object({
  id: idSchema("message"),
  turnId: idSchema("turn"),
  role: z.enum(["user", "assistant"]),
  createdAt: z.iso.datetime(),
});
export type MessageView = z.infer<typeof messageSchema>;

export const turnSchema = z.object({
  id: idSchema("turn"),
  ordinal: z.number().int(),
  state: turnStateSchema,
  model: z.string(),
  /** who works on it; left out in logs of before it was told */
  agent: z.string().optional(),
  /** the id that whoever asked for it gave the request: what was sent and not answered is known by it */
  requestId: z.string().optional(),
  runId: z.string().nullable(),
  error: turnErrorSchema.nullable(),
  /** a turn that only shortens the conversation has no prompt */
  kind: z.enum(["prompt", "compact"]).optional(),
  /** the answer by the turn's schema; null without one, and until it is there */
  output: z.unknown().optional(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type TurnView = z.infer<typeof turnSchema>;

/** What the agent wants to know: options to choose from, and always a free answer. */
export const questionSchema = z.object({
  question: z.string().trim().min(1).max(2_000),
  /** a word or two: the question's tab */
  header: z.string().trim().min(1).max(30),
  options: z.array(z.object({ label: z.string().trim().min(1).max(100), description: z.string().max(500).default("") })).max(10),
  /** more than one option may be chosen */
  multiple: z.boolean().default(false),
});
export type Question = z.infer<typeof questionSchema>;

/** For each question what was chosen or written, in its order; a question may be left without an answer. */
export const questionAnswersSchema = z.array(z.array(z.string().trim().min(1).max(4_000)).max(11)).max(10);

export const permissionRequestSchema = z.object({
  id: idSchema("permissionRequest"),
  turnId: idSchema("turn"),
  callId: z.string(),
  permission: z.string(),
  target: z.string(),
  /** the very pattern that "always" would save for `permission` */
  alwaysRule: z.string(),
  /** the agent's questions, when it is they that wait for an answer; without them it asks whether a call may be made */
  questions: z.array(questionSchema).optional(),
  answers: questionAnswersSchema.optional(),
  state: z.enum(["pending", "once", "always", "reject", "expired"]),
  createdAt: z.iso.datetime(),
});
export type PermissionRequestView = z.infer<typeof permissionRequestSchema>;

/** A message for the turn that runs, told to the model before its next step. */
export const steerSchema = z.object({
  id: idSchema("steer"),
  turnId: idSchema("turn"),
  /** the message that it became; null until the turn has taken it */
  messageId: idSchema("message").nullable(),
  text: z.string(),
  /** that belong to it; they are kept beside the log as the parts that they become */
  pictures: z.array(z.object({ partId: idSchema("part"), ...pictureFields })).optional(),
  /** as a turn's */
  requestId: z.string().optional(),
  state: z.enum(["pending", "taken", "withdrawn"]),
  createdAt: z.iso.datetime(),
});
export type SteerView = z.infer<typeof steerSchema>;

/** What a prompt does while a turn runs: waits for its end, or is told to it before its next step. */
export const promptModeSchema = z.enum(["queue", "steer"]);
export type PromptMode = z.infer<typeof promptModeSchema>;

/** JSON Schema of what a turn has to answer with. */
export const outputSchemaSchema = z.record(z.string(), z.unknown());

export const diffStatSchema = z.object({ filesChanged: z.number().int(), additions: z.number().int(), deletions: z.number().int() });

/**
 * A revert that can still be taken back: the conversation from `messageId` (from `partId` within it, when given) on is
 * hidden, and the files that those steps changed are as they were before. The next prompt makes it final.
 */
export const revertSchema = z.object({
  requestId: z.string(),
  messageId: idSchema("message"),
  partId: idSchema("part").nullable(),
  /** applying and restoring: the files are being written; failed: they are as before, `error` says why */
  state: z.enum(["applying", "applied", "restoring", "failed"]),
  /** the paths that were taken back, so that un-revert touches no other */
  files: z.array(z.string()),
  /** the work tree right before: where un-revert leads */
  beforeTreeId: z.string().nullable(),
  error: z.string().nullable(),
  by: z.string(),
  at: z.iso.datetime(),
});
export type RevertView = z.infer<typeof revertSchema>;

/** The newest push of the session's work as a branch. */
export const pushSchema = z.object({
  state: z.enum(["pushing", "pushed", "failed"]),
  branch: z.string(),
  commit: z.string().nullable(),
  treeId: z.string().nullable(),
  /** where the host shows the branch against the default one, when we know the host */
  url: z.string().nullable(),
  error: z.string().nullable(),
  at: z.iso.datetime(),
});
export type PushView = z.infer<typeof pushSchema>;

/** One file of a revert's preview: what will become of it, seen from how it is now. */
export const revertFileSchema = z.object({
  path: z.string(),
  effect: z.enum(["comes-back", "changes", "goes-away"]),
  additions: z.number(),
  deletions: z.number(),
  binary: z.boolean(),
  /** changed since the agent's last step: by hand, in a terminal, or by a command that went on */
  changedByHand: z.boolean(),
  /** how many of the steps that are undone changed it */
  steps: z.number(),
  patch: z.string().nullable(),
});
export type RevertFile = z.infer<typeof revertFileSchema>;

/**
 * The session's event log. `seq` rises by at least one; gaps are deltas that were folded into their part.
 * Applying the events in order to `emptySessionView` gives what the page shows (`applySessionEvent`).
 */
export const sessionEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("session.updated"),
    data: z.object({
      title: z.string().optional(),
      state: sessionStateSchema.optional(),
      branch: z.string().optional(),
      baseCommit: z.string().optional(),
      costMicros: z.number().optional(),
      inputTokens: z.number().optional(),
      outputTokens: z.number().optional(),
      revert: revertSchema.nullable().optional(),
      push: pushSchema.nullable().optional(),
      forkedFrom: z.object({ sessionId: idSchema("session"), title: z.string() }).optional(),
      cacheReadTokens: z.number().optional(),
      cacheWriteTokens: z.number().optional(),
    }),
  }),
  z.object({ type: z.literal("turn.updated"), data: z.object({ turn: turnSchema }) }),
  z.object({ type: z.literal("message.created"), data: z.object({ message: messageSchema }) }),
  /** the whole part as it now is: started, changed state, or ended */
  z.object({ type: z.literal("part.updated"), data: z.object({ part: partSchema }) }),
  /** text appended to a field of a part; swept when the part has ended */
  z.object({
    type: z.literal("part.delta"),
    data: z.object({ partId: idSchema("part"), field: z.enum(["text", "output"]), delta: z.string() }),
  }),
  /** a half message of a step that died, about to be written anew */
  z.object({ type: z.literal("parts.removed"), data: z.object({ partIds: z.array(idSchema("part")) }) }),
  /** a revert became final: what it hid is neither shown nor sent to a model any more; the log keeps it */
  z.object({
    type: z.literal("conversation.cut"),
    data: z.object({ messageIds: z.array(idSchema("message")), partIds: z.array(idSchema("part")) }),
  }),
  z.object({ type: z.literal("permission.updated"), data: z.object({ request: permissionRequestSchema }) }),
  z.object({ type: z.literal("steer.updated"), data: z.object({ steer: steerSchema }) }),
  z.object({ type: z.literal("diff.updated"), data: diffStatSchema }),
  /** a host that the network policy refused to a call, after the call has ended */
  z.object({
    type: z.literal("network.blocked"),
    data: z.object({ callId: z.string(), host: z.string(), port: z.number().int(), reason: z.string(), count: z.number().int() }),
  }),
  z.object({ type: z.literal("sandbox.updated"), data: z.object({ state: z.string(), driver: z.string(), error: z.string().nullable() }) }),
]);
export type SessionEventBody = z.infer<typeof sessionEventSchema>;
export type SessionEventType = SessionEventBody["type"];
export type LoggedEvent = SessionEventBody & { readonly seq: number; readonly at: string };

/** Sent when a turn was queued and no other turn of its session is active. */
export const turnSubmitted = defineEvent(
  "sessions/turn.submitted",
  z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session"), turnId: idSchema("turn") }),
);
/** Sent when somebody answered a permission question. */
export const permissionAnswered = defineEvent(
  "sessions/permission.answered",
  z.object({
    workspaceId: idSchema("workspace"),
    sessionId: idSchema("session"),
    turnId: idSchema("turn"),
    requestId: idSchema("permissionRequest"),
    callId: z.string(),
  }),
);
/** Sent when somebody aborted a turn: cancels the durable run. */
export const turnAborted = defineEvent(
  "sessions/turn.aborted",
  z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session"), turnId: idSchema("turn") }),
);
/** Sent with a turn's last state; memory and evolution listen. */
export const turnFinished = defineEvent(
  "sessions/turn.finished",
  z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session"), turnId: idSchema("turn"), state: turnStateSchema }),
);

/** Sent with the end of a sub-agent's turn: its parent's call has its result. */
export const childFinished = defineEvent(
  "sessions/child.finished",
  z.object({
    workspaceId: idSchema("workspace"),
    /** of the parent */
    sessionId: idSchema("session"),
    turnId: idSchema("turn"),
    callId: z.string(),
  }),
);

/** Sent when a session's first prompt is too long to be its title. */
export const titleWanted = defineEvent(
  "sessions/title.wanted",
  z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session"), turnId: idSchema("turn") }),
);

/** Sent when somebody reverts a session, or takes the revert back: the worker writes the files. */
export const revertRequested = defineEvent(
  "sessions/session.revert-requested",
  z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session"), requestId: z.string() }),
);
/** Sent when somebody wants the session's work as a branch at the repository's origin. */
export const pushRequested = defineEvent(
  "sessions/session.push-requested",
  z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session"), requestId: z.string() }),
);

/** Sent when a session was archived: the worker removes its sandbox and snapshots. */
export const sessionArchived = defineEvent(
  "sessions/session.archived",
  z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session") }),
);

/** A session as a list shows it. */
export const sessionRowSchema = z.object({
  id: idSchema("session"),
  title: z.string(),
  state: sessionStateSchema,
  repositoryId: idSchema("repository"),
  repositoryName: z.string(),
  origin: originSchema,
  actorName: z.string(),
  agent: z.string(),
  model: z.string(),
  createdAt: z.date(),
  updatedAt: z.date(),
  archivedAt: z.date().nullable(),
  diff: diffStatSchema,
  costMicros: z.number(),
  /** false when it used tokens of a model whose price is not known: `costMicros` says nothing then */
  costKnown: z.boolean(),
  /** what it waits for an answer to, when `state` is "waiting" */
  waitingFor: z.object({ permission: z.string(), target: z.string() }).nullable(),
  /** the session whose sub-agent works in this one; null for a session of its own */
  parentSessionId: idSchema("session").nullable(),
  /** how many sub-agents it has started */
  childCount: z.number().int(),
  /** the sessions that have the same task, to be compared */
  compareGroupId: z.string().nullable(),
  /** of the last turn, when `state` is "failed" */
  error: turnErrorSchema.nullable(),
});
export type SessionRow = z.infer<typeof sessionRowSchema>;
