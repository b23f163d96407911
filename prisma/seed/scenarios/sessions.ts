/** Sessions in every state that a list and a page can show. */
import { createSignInLink } from "@opencode/core/modules/auth/index.ts";
import type { SessionState, TurnError, TurnState } from "@opencode/core/modules/sessions/contract.ts";
import { ensureDemoWorkspace } from "../demo-workspace.ts";
import { type PlayedStep, type PlayedUse, playTurn } from "../play-turn.ts";
import type { PlayedFile } from "../played-diff.ts";
import { printResult } from "../result.ts";
import { legacyRemoval, roundingFix } from "../sample-changes.ts";
import { writeSession } from "../write-session.ts";

interface Row {
  readonly title: string;
  readonly session: SessionState;
  readonly turn: TurnState;
  readonly minutesAgo: number;
  readonly steps: readonly PlayedStep[];
  readonly error?: TurnError;
  readonly changes?: readonly PlayedFile[];
  readonly model?: string;
  readonly use?: PlayedUse;
  readonly archived?: boolean;
}

/** a model whose price is known; the one of "Translate the error pages" has none */
const priced = "anthropic/claude-sonnet-5-5";

const read: PlayedStep = {
  tool: "read",
  title: "src/totals.ts",
  input: { path: "src/totals.ts" },
  output: "18: export function invoiceTotals(invoice: Invoice): Totals {\n19:   …",
};
const testsFail: PlayedStep = {
  tool: "bash",
  title: "npm test",
  input: { command: "npm test" },
  output: "ℹ pass 6\nℹ fail 1",
  exitCode: 1,
};
const testsPass: PlayedStep = { tool: "bash", title: "npm test", input: { command: "npm test" }, output: "ℹ pass 7\nℹ fail 0" };
const edit: PlayedStep = {
  tool: "edit",
  title: "src/totals.ts",
  input: { path: "src/totals.ts", oldText: "Math.round((subtotal", newText: "roundHalfUp((subtotal" },
  output: "Replaced 1 occurrence.",
};

const rows: readonly Row[] = [
  {
    title: "Fix the rounding of invoice totals",
    session: "idle",
    turn: "completed",
    minutesAgo: 3,
    steps: [
      { text: "I'll run the tests first." },
      testsFail,
      read,
      edit,
      testsPass,
      { text: "The total now rounds half up; all 7 tests pass." },
    ],
    changes: roundingFix,
    model: priced,
    use: { inputTokens: 18_240, outputTokens: 1_310, costMicros: 42_300 },
  },
  {
    title: "Move the service to the new queue client",
    session: "running",
    turn: "running",
    minutesAgo: 1,
    steps: [
      { text: "Looking for the callers." },
      read,
      { tool: "bash", title: "npm run build", input: { command: "npm run build" }, output: "building…", state: "running" },
    ],
  },
  {
    title: "Delete the legacy amount formatter",
    session: "waiting",
    turn: "waiting",
    minutesAgo: 12,
    steps: [
      read,
      { tool: "bash", title: "rm src/legacy-format.ts", input: { command: "rm src/legacy-format.ts" }, output: "", state: "waiting" },
    ],
    changes: legacyRemoval,
    model: priced,
    use: { inputTokens: 9_800, outputTokens: 420, costMicros: 18_900 },
  },
  { title: "Write a changelog entry for 2.4", session: "queued", turn: "queued", minutesAgo: 0, steps: [] },
  {
    title: "Add OAuth to the admin page",
    session: "failed",
    turn: "failed",
    minutesAgo: 55,
    steps: [{ text: "Reading the router." }, read],
    error: {
      code: "invalid_api_key",
      message: "Anthropic refused the key (401). Enter a valid one.",
      retryable: true,
      settingsPath: "settings/providers",
    },
    model: priced,
    use: { inputTokens: 510, outputTokens: 12, costMicros: 1_200 },
  },
  {
    title: "Translate the error pages",
    session: "idle",
    turn: "aborted",
    minutesAgo: 180,
    steps: [{ text: "Collecting the messages." }, read],
    model: "openai-compatible/qwen3-coder",
    use: { inputTokens: 4_100, outputTokens: 160, costMicros: 0 },
  },
  {
    title: "An old experiment",
    session: "idle",
    turn: "completed",
    minutesAgo: 20_160,
    steps: [testsPass],
    archived: true,
  },
];

await printResult(async () => {
  const { workspace, ownerId, repositoryId } = await ensureDemoWorkspace();
  const links = [{ title: "all sessions", path: `/w/${workspace.slug}` }];
  for (const { title, session: state, turn, minutesAgo, steps, archived, ...rest } of rows) {
    const createdAt = new Date(Date.now() - minutesAgo * 60_000);
    const events = playTurn({ prompt: title, state: turn, at: createdAt, steps, ...rest });
    const session = { workspaceId: workspace.id, repositoryId, ownerId, title, state, createdAt, events };
    const sessionId = await writeSession({ ...session, ...rest, ...(archived ? { archived } : {}) });
    links.push({ title: `${turn}: ${title}`, path: `/w/${workspace.slug}/sessions/${sessionId}` });
  }
  const { url } = await createSignInLink({ userId: ownerId, callbackPath: `/w/${workspace.slug}` });
  return { signInUrl: url, links };
});
