import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import type { BenchAccess } from "./bench-access.ts";
import { median } from "./measure-turns.ts";

const partCount = 5_000;

/** A session of 5,000 parts, written into the log as the loop does it, and opened over REST: the server's time with transfer. */
export async function measureLargeSession(access: BenchAccess): Promise<{ openLargeSessionMs: number; largeSessionKb: number }> {
  const { changeSession } = await import("@opencode/core/modules/sessions/change-session.ts");
  const { newId, idSchema } = await import("@opencode/core/platform/ids.ts");
  const { sessionId } = await access.post("/sessions", { repositoryId: access.repositoryId, model: "anthropic/bench" });
  const key = { workspaceId: idSchema("workspace").parse(access.workspaceId), sessionId: idSchema("session").parse(sessionId) };
  const turnId = newId("turn");
  const at = new Date().toISOString();
  await changeSession(key, async ({ tx }) => {
    await tx.turn.create({ data: { id: turnId, ...key, ordinal: 1, state: "completed", model: "anthropic/bench" } });
  });
  for (let index = 0; index < partCount; index += 50) {
    const messageId = newId("message");
    const parts = Array.from({ length: 50 }, (_, ordinal): Part => toolPart(newId("part"), messageId, ordinal, at));
    await changeSession(key, ({ append }) =>
      append([
        { type: "message.created", data: { message: { id: messageId, turnId, role: "assistant", createdAt: at } } },
        ...parts.map((part) => ({ type: "part.updated" as const, data: { part } })),
      ]),
    );
  }
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 7; round++) {
    const { body, ms } = await access.get(`/sessions/${key.sessionId}`);
    bytes = body.length;
    times.push(ms);
  }
  return { openLargeSessionMs: median(times), largeSessionKb: Math.round(bytes / 1024) };
}

function toolPart(id: Part["id"], messageId: Part["messageId"], ordinal: number, at: string): Part {
  const base = { id, messageId, ordinal };
  if (ordinal % 2 === 0) return { ...base, type: "text", text: "I look at the next file and say what I see in it.", endedAt: at };
  return {
    ...base,
    type: "tool",
    callId: id,
    tool: "bash",
    state: "completed",
    input: { command: `echo ${ordinal}` },
    title: `echo ${ordinal}`,
    output: "a line of output that is not long\n".repeat(5),
    exitCode: 0,
    error: null,
    metadata: { providerCallId: id, durationMs: 4 },
    decision: { action: "allow", permission: "bash", pattern: "*", layer: "platform", target: `echo ${ordinal}` },
    answer: null,
    startedAt: at,
    endedAt: at,
  };
}
