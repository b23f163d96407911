import type { SessionId, TurnId, WorkspaceId } from "../../platform/ids.ts";

/** What one model call used; tokens as the provider counted them, money in micro-dollars. */
export interface UsageRecord {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  /** the whole model id: `anthropic/claude-sonnet-5-5`, `demo` */
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly costMicros: number;
}
