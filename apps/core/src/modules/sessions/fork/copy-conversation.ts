import { type MessageId, newId, type PartId, type TurnId } from "../../../platform/ids.ts";
import type { Part, SessionEventBody } from "../contract.ts";
import type { StoredMessage } from "../message-repo.ts";
import { hasImages } from "../part-images/shown-images.ts";

/** How much of a conversation a fork takes: what is before a prompt, or everything through an answer of the agent's; null when there is no such message. */
export function forkedPart(
  messages: readonly StoredMessage[],
  messageId: MessageId | null,
): { kept: StoredMessage[]; prompt: string | null } | null {
  if (messageId === null) return { kept: [...messages], prompt: null };
  const at = messages.findIndex((message) => message.id === messageId);
  const message = messages[at];
  if (!message) return null;
  if (message.role === "assistant") return { kept: messages.slice(0, at + 1), prompt: null };
  const prompt = message.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
  return { kept: messages.slice(0, at), prompt };
}

/** The events that write a copied conversation into another session's log: the same content under new ids; and which copies need pictures. */
export function copyConversation(
  messages: readonly (StoredMessage & { readonly createdAt?: Date })[],
  turnIds: ReadonlyMap<string, TurnId>,
  at: string,
): { events: SessionEventBody[]; withImages: Map<PartId, PartId> } {
  const withImages = new Map<PartId, PartId>();
  const copied = (part: Part, messageId: MessageId): SessionEventBody => {
    const copy = copyPart(part, messageId);
    if (hasImages(part)) withImages.set(part.id, copy.id);
    return { type: "part.updated", data: { part: copy } };
  };
  const events = messages.flatMap((message): SessionEventBody[] => {
    const turnId = turnIds.get(message.turnId);
    if (turnId === undefined) return [];
    const messageId = newId("message");
    return [
      { type: "message.created", data: { message: { id: messageId, turnId, role: message.role, createdAt: at } } },
      ...message.parts.map((part) => copied(part, messageId)),
    ];
  });
  return { events, withImages };
}

function copyPart(part: Part, messageId: MessageId): Part {
  const id = newId("part");
  // A call is known by its part's id: the copy must never be taken for the call of the other session.
  if (part.type === "tool") return { ...part, id, messageId, callId: id };
  return { ...part, id, messageId };
}
