import { promptModeSchema } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { z } from "zod";
import { shelvedPictures, shelvePictures } from "../images/picture-shelf.ts";
import type { PreparedImage } from "../images/prepare-image.ts";
import { createKeyedStore } from "../keyed-store.ts";
import { readTab, writeTab } from "../tab-storage.ts";

const writtenSchema = z.object({
  /** the request's id: however often it is sent, it is taken once */
  key: z.string(),
  text: z.string(),
  mode: promptModeSchema,
  model: z.string(),
  agent: z.string(),
  pictures: z.number(),
});

/** A prompt on its way; it stands in the outbox until the log has it. */
export interface OutgoingPrompt extends z.infer<typeof writtenSchema> {
  readonly images: readonly PreparedImage[];
  readonly state: "sending" | "acknowledged" | "failed";
  /** why it could not be sent */
  readonly error: string | null;
}

const reloaded = "The page was loaded anew before this had arrived.";

function readOutbox(sessionId: string): readonly OutgoingPrompt[] {
  const text = readTab(`outbox:${sessionId}`);
  if (text === "") return [];
  try {
    const written = z.array(writtenSchema).parse(JSON.parse(text));
    return written.map((prompt) => ({ ...prompt, images: [], state: "failed" as const, error: reloaded }));
  } catch {
    return [];
  }
}

function writeOutbox(sessionId: string, prompts: readonly OutgoingPrompt[]): void {
  const written = prompts
    .filter(({ state }) => state !== "acknowledged")
    .map(({ key, text, mode, model, agent, pictures }) => ({ key, text, mode, model, agent, pictures }));
  writeTab(`outbox:${sessionId}`, written.length === 0 ? "" : JSON.stringify(written));
}

/** By session: what was sent and is not in its log yet, over a reload of the tab. */
export const outbox = createKeyedStore<readonly OutgoingPrompt[]>(readOutbox, writeOutbox);

const shelfOf = (key: string) => `outbox:${key}`;

export function addOutgoing(sessionId: string, prompt: OutgoingPrompt): void {
  outbox.set(sessionId, [...outbox.get(sessionId), prompt]);
  if (prompt.pictures > 0) void shelvePictures(shelfOf(prompt.key), prompt.images);
}

export function changeOutgoing(sessionId: string, key: string, change: Partial<Pick<OutgoingPrompt, "state" | "error" | "images">>): void {
  outbox.set(
    sessionId,
    outbox.get(sessionId).map((prompt) => (prompt.key === key ? { ...prompt, ...change } : prompt)),
  );
  if (change.state === "acknowledged") void shelvePictures(shelfOf(key), []);
}

export function removeOutgoing(sessionId: string, gone: (prompt: OutgoingPrompt) => boolean): void {
  const prompts = outbox.get(sessionId);
  const removed = prompts.filter(gone);
  if (removed.length === 0) return;
  outbox.set(
    sessionId,
    prompts.filter((prompt) => !gone(prompt)),
  );
  for (const { key, pictures } of removed) if (pictures > 0) void shelvePictures(shelfOf(key), []);
}

/** Brings the pictures back of what was kept over a reload. */
export async function restoreOutgoing(sessionId: string): Promise<void> {
  for (const { key, pictures, images } of outbox.get(sessionId)) {
    if (images.length === pictures) continue;
    const kept = await shelvedPictures(shelfOf(key));
    const lost = kept.length === 0 ? `${reloaded} Its pictures are gone: take it back, and attach them again.` : reloaded;
    changeOutgoing(sessionId, key, { images: kept, error: lost });
  }
}

/** Whether the log has a prompt already, as a turn's or as a message to a running one. */
export function isArrived({ turns, steers }: Pick<SessionView, "turns" | "steers">, key: string): boolean {
  return turns.some(({ requestId }) => requestId === key) || steers.some(({ requestId }) => requestId === key);
}
