import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { readTestCounts, type TestCounts } from "./test-counts.ts";

export interface SessionSummary {
  readonly outcome: "completed" | "failed" | "aborted";
  /** what went wrong, for people */
  readonly problem: string | null;
  readonly steps: number;
  readonly toolCalls: number;
  readonly filesChanged: number;
  readonly additions: number;
  readonly deletions: number;
  readonly testsBefore: TestCounts | null;
  readonly testsAfter: TestCounts | null;
  readonly durationMs: number;
}

/** What an agent did in a session, counted from its parts; test counts are those of its first and last test run. */
export function summariseSession(view: SessionView): SessionSummary {
  const tools = view.parts.filter((part): part is ToolPart => part.type === "tool");
  const testRuns = tools.filter((tool) => tool.tool === "bash").map((tool) => readTestCounts(tool.output));
  const counts = testRuns.filter((run) => run !== null);
  const last = view.turns.at(-1);
  const startedAt = view.turns[0]?.startedAt ?? view.turns[0]?.createdAt;
  const finishedAt = last?.finishedAt;
  return {
    outcome: last?.state === "completed" ? "completed" : last?.state === "aborted" ? "aborted" : "failed",
    problem: last?.error?.message ?? null,
    steps: view.parts.filter((part) => part.type === "step-start").length,
    toolCalls: tools.length,
    filesChanged: view.diff.filesChanged,
    additions: view.diff.additions,
    deletions: view.diff.deletions,
    testsBefore: counts[0] ?? null,
    testsAfter: counts.at(-1) ?? null,
    durationMs: startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : 0,
  };
}

const describeTests = (counts: TestCounts | null) => (counts ? `${counts.passed} passed, ${counts.failed} failed` : "not run");

/** Four lines for the console. */
export function describeSummary(summary: SessionSummary): string[] {
  const { steps, toolCalls, filesChanged, additions, deletions, durationMs } = summary;
  const result = summary.outcome === "completed" ? "finished" : (summary.problem ?? summary.outcome);
  return [
    `the agent ${result} after ${(durationMs / 1000).toFixed(1)} s and ${steps} steps`,
    `tool calls: ${toolCalls}`,
    `tests: ${describeTests(summary.testsBefore)} → ${describeTests(summary.testsAfter)}`,
    `files changed: ${filesChanged} (+${additions} −${deletions})`,
  ];
}
