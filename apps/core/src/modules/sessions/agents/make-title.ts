import { withTenant } from "../../../platform/database/database.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import { recordUsage } from "../../billing/index.ts";
import { ProviderError, streamModel } from "../../providers/index.ts";
import { changeSession } from "../change-session.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { findTurnMessages } from "../message-repo.ts";
import { getSessionRecord, lockSession, updateSession } from "../repo.ts";
import { titleOf } from "../title-of.ts";
import { chooseModel } from "./choose-model.ts";
import { resolveAgent } from "./resolve-agent.ts";

const promptMaxChars = 6_000;

/**
 * Gives a session a better title than the beginning of its first prompt, by one short call of the small model. A title
 * that a person gave in the meantime stays; when the model can't be reached the beginning of the prompt stays.
 */
export async function makeTitle(key: TurnKey): Promise<"titled" | "kept"> {
  const { session, prompt } = await withTenant(key.workspaceId, async (tx) => ({
    session: await getSessionRecord(tx, key),
    prompt: textOf(await findTurnMessages(tx, key)),
  }));
  // The demo model only plays its tasks.
  if (prompt === "" || session.title !== titleOf(prompt) || session.model.startsWith("demo")) return "kept";
  const place = { workspaceId: key.workspaceId, repositoryId: session.repositoryId as RepositoryId, commit: session.baseCommit };
  const agent = await resolveAgent({ ...place, name: "title" });
  const model = await chooseModel(place, agent, session.model, { sessionId: key.sessionId });
  // An account need not have the small model that goes with its large one.
  const said = (await ask(key, model, agent, prompt)) ?? (model === session.model ? null : await ask(key, session.model, agent, prompt));
  const title = said === null ? null : cleanTitle(said);
  if (title === null) return "kept";
  return changeSession(key, async (change) => {
    if ((await lockSession(change.tx, key)).title !== session.title) return "kept";
    await updateSession(change.tx, key, { title });
    await change.append([{ type: "session.updated", data: { title } }]);
    return "titled";
  });
}

function textOf(messages: Awaited<ReturnType<typeof findTurnMessages>>): string {
  const parts = messages.filter(({ role }) => role === "user").flatMap((message) => message.parts);
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** What the model says; null when it could not be asked. */
async function ask(
  key: TurnKey,
  model: string,
  agent: { readonly prompt: string | null; readonly temperature: number | null },
  prompt: string,
): Promise<string | null> {
  const request = {
    model,
    system: agent.prompt ?? "",
    messages: [
      { role: "user" as const, content: [{ type: "text" as const, text: `<message>\n${prompt.slice(0, promptMaxChars)}\n</message>` }] },
    ],
    tools: [],
    maxOutputTokens: limits.agent.titleMaxOutputTokens,
    reasoningEffort: "low" as const,
    ...(agent.temperature === null ? {} : { temperature: agent.temperature }),
  };
  let text = "";
  try {
    const signal = AbortSignal.timeout(limits.agent.titleTimeoutMs);
    const { workspaceId, sessionId, turnId } = key;
    for await (const event of streamModel({ workspaceId, request, signal, origin: { sessionId, turnId } })) {
      if (event.type === "text-delta") text += event.text;
      if (event.type === "switched") text = "";
      if (event.type !== "finish") continue;
      const { costMicros, modelId = model, reservationId, priceKnown = true } = event;
      const use = {
        workspaceId,
        sessionId,
        turnId,
        model: modelId,
        ...event.usage,
        costMicros,
        priceKnown,
        ...(reservationId ? { reservationId } : {}),
      };
      await withTenant(workspaceId, (tx) => recordUsage(tx, use));
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logger.info({ err: error, sessionId: key.sessionId }, "title: the model did not answer; the prompt's beginning stays");
    return null;
  }
  return text;
}

/** One line without decoration; null when it is no title. */
export function cleanTitle(text: string): string | null {
  const line = text
    .replaceAll(/<think>[\s\S]*?<\/think>/g, "")
    .split("\n")
    .map((each) => each.replaceAll(/[\p{Cc}\s]+/gu, " ").trim())
    .find((each) => each !== "");
  const bare = line
    ?.replace(/^(?:title\s*:\s*|#+\s*)/i, "")
    .replace(/^["'“«*`]+|["'”»*`.]+$/g, "")
    .trim();
  return bare ? titleOf(bare) : null;
}
