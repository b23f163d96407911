import type { TurnId } from "../../../platform/ids.ts";
import type { LoggedEvent, Part, SteerView, ToolPart } from "../contract.ts";
import type { StoredMessage } from "../message-repo.ts";

const overStates: readonly string[] = ["completed", "failed", "aborted"];

/**
 * What the loop needs of a session's log, folded as the events come: turns, messages with their parts, messages that
 * wait for the running turn. A message that did not change keeps its identity. Deltas are left out: the part that has
 * ended holds its text whole.
 */
export class SessionLog {
  #seq = 0;
  #chars = 0;
  readonly #ordinals = new Map<string, number>();
  readonly #messages = new Map<string, StoredMessage>();
  readonly #messageOf = new Map<string, string>();
  readonly #steers = new Map<string, SteerView>();

  /** The newest event that it knows. */
  get seq(): number {
    return this.#seq;
  }

  /** About how much text it holds. */
  get chars(): number {
    return this.#chars;
  }

  /** Takes the next events; those that it knows already change nothing. */
  apply(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      if (event.seq <= this.#seq) continue;
      this.#seq = event.seq;
      this.#take(event);
    }
  }

  /** All that the turns up to this one said, in the order of the turns, each in the order of the log. */
  messagesUpTo(turnOrdinal: number): StoredMessage[] {
    const ordinalOf = ({ turnId }: StoredMessage) => this.#ordinals.get(turnId) ?? 0;
    return [...this.#messages.values()].filter((message) => ordinalOf(message) <= turnOrdinal).sort((a, b) => ordinalOf(a) - ordinalOf(b));
  }

  /** What a turn has said and was told, in the order of the log. */
  messagesOf(turnId: TurnId): StoredMessage[] {
    return [...this.#messages.values()].filter((message) => message.turnId === turnId);
  }

  /** How much the session holds by now. */
  counts(): { messages: number; parts: number } {
    let parts = 0;
    for (const message of this.#messages.values()) parts += message.parts.length;
    return { messages: this.#messages.size, parts };
  }

  /** A part as it now is; null when there is none of this id. */
  part(partId: string): Part | null {
    const message = this.#messages.get(this.#messageOf.get(partId) ?? "");
    return message?.parts.find((part) => part.id === partId) ?? null;
  }

  /** The calls of a turn right before this one, the last one first, `count` at most. */
  callsBefore(turnId: TurnId, part: ToolPart, count: number): ToolPart[] {
    const calls: ToolPart[] = [];
    for (const message of [...this.#messages.values()].reverse()) {
      if (message.turnId !== turnId || message.id > part.messageId) continue;
      for (const earlier of message.parts.toReversed()) {
        if (earlier.type === "tool" && (message.id !== part.messageId || earlier.ordinal < part.ordinal)) calls.push(earlier);
        if (calls.length >= count) return calls;
      }
    }
    return calls;
  }

  /** Messages that wait for a turn to take them, oldest first. */
  pendingSteers(turnId: TurnId): SteerView[] {
    return [...this.#steers.values()].filter((steer) => steer.turnId === turnId && steer.state === "pending");
  }

  #take(event: LoggedEvent): void {
    switch (event.type) {
      case "turn.updated": {
        const { id, ordinal, state } = event.data.turn;
        this.#ordinals.set(id, ordinal);
        if (overStates.includes(state)) this.#close(id, new Date(event.at));
        return;
      }
      case "message.created": {
        const { id, turnId, role } = event.data.message;
        if (!this.#messages.has(id)) this.#messages.set(id, { id, turnId, role, finishedAt: null, parts: [] });
        return;
      }
      case "part.updated":
        this.#put(event.data.part);
        return;
      case "parts.removed":
        for (const id of event.data.partIds) this.#remove(id);
        return;
      case "conversation.cut":
        for (const id of event.data.partIds) this.#remove(id);
        for (const id of event.data.messageIds) this.#messages.delete(id);
        return;
      case "steer.updated":
        this.#steers.set(event.data.steer.id, event.data.steer);
        return;
      default:
        return;
    }
  }

  #put(part: Part): void {
    const message = this.#messages.get(part.messageId);
    if (!message) return;
    this.#messageOf.set(part.id, part.messageId);
    const index = message.parts.findIndex((known) => known.id === part.id);
    const before = message.parts[index];
    this.#chars += sizeOf(part) - (before ? sizeOf(before) : 0);
    const parts = index === -1 ? [...message.parts, part].sort((a, b) => a.ordinal - b.ordinal) : message.parts.with(index, part);
    this.#messages.set(message.id, { ...message, parts });
  }

  #remove(partId: string): void {
    const message = this.#messages.get(this.#messageOf.get(partId) ?? "");
    this.#messageOf.delete(partId);
    if (!message) return;
    this.#chars -= message.parts.filter(({ id }) => id === partId).reduce((sum, part) => sum + sizeOf(part), 0);
    this.#messages.set(message.id, { ...message, parts: message.parts.filter(({ id }) => id !== partId) });
  }

  #close(turnId: TurnId, at: Date): void {
    for (const message of this.#messages.values()) {
      if (message.turnId === turnId && message.finishedAt === null) this.#messages.set(message.id, { ...message, finishedAt: at });
    }
  }
}

function sizeOf(part: Part): number {
  if (part.type === "text" || part.type === "reasoning") return part.text.length + 100;
  return part.type === "tool" ? part.output.length + 1_000 : 200;
}
