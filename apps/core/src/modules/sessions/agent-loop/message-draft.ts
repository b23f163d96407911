import { type MessageId, newId, type PartId } from "../../../platform/ids.ts";
import type { ModelEvent } from "../../providers/contract.ts";
import type { Part, SessionEventBody, ToolPart } from "../contract.ts";
import type { StepWriter } from "./step-writer.ts";

type Streamed = Extract<Part, { type: "text" | "reasoning" }>;

/** Turns what a provider streams into the parts of one message, as they come. */
export class MessageDraft {
  readonly #messageId: MessageId;
  readonly #writer: StepWriter;
  #ordinal: number;
  #open: Streamed | null = null;
  #partIds: PartId[] = [];
  #hasText = false;
  readonly #calls = new Map<string, ToolPart>();

  constructor(messageId: MessageId, writer: StepWriter, nextOrdinal: number) {
    this.#messageId = messageId;
    this.#writer = writer;
    this.#ordinal = nextOrdinal;
  }

  /** The calls in the order in which the model made them. */
  get calls(): readonly ToolPart[] {
    return [...this.#calls.values()];
  }

  /** The model ended without a word and without a call. */
  get isEmpty(): boolean {
    return !this.#hasText && this.#calls.size === 0;
  }

  /** A new part's common fields. */
  place(): { id: PartId; messageId: MessageId; ordinal: number } {
    const id = newId("part");
    this.#partIds.push(id);
    return { id, messageId: this.#messageId, ordinal: this.#ordinal++ };
  }

  take(event: Exclude<ModelEvent, { type: "finish" | "switched" }>): void {
    switch (event.type) {
      case "text-delta":
        this.#append("text", event.text);
        return;
      case "reasoning-delta":
        this.#append("reasoning", event.text);
        return;
      case "reasoning-end": {
        if (this.#open?.type === "reasoning") this.#open = { ...this.#open, signature: event.signature };
        else if (event.signature !== null) this.#openHiddenThought(event.signature);
        this.#writer.push(this.endText());
        return;
      }
      case "tool-call-start":
        this.#writer.push([...this.endText(), { type: "part.updated", data: { part: this.#callOf(event.callId, event.name) } }]);
        return;
      case "tool-call": {
        const part = { ...this.#callOf(event.callId, event.name), input: event.invalidInput ?? event.input ?? {} };
        const noted = event.invalidInput === null ? part : { ...part, metadata: { ...part.metadata, invalidInput: true } };
        this.#calls.set(event.callId, noted);
        this.#writer.push([...this.endText(), { type: "part.updated", data: { part: noted } }]);
      }
    }
  }

  /** Ends the part that text flows into, if there is one. */
  endText(): SessionEventBody[] {
    const open = this.#open;
    this.#open = null;
    return open ? [{ type: "part.updated", data: { part: { ...open, endedAt: new Date().toISOString() } } }] : [];
  }

  /** Forgets what a failed attempt wrote; answers the events that take it back. */
  discard(): SessionEventBody[] {
    const partIds = this.#partIds;
    this.#partIds = [];
    this.#open = null;
    this.#hasText = false;
    this.#calls.clear();
    return partIds.length > 0 ? [{ type: "parts.removed", data: { partIds } }] : [];
  }

  /** Keeps a part when the rest of its attempt is taken back. */
  keep(partId: PartId): void {
    this.#partIds = this.#partIds.filter((id) => id !== partId);
  }

  /** A thought that the provider keeps to itself: nothing to read, but to be sent back. */
  #openHiddenThought(signature: string): void {
    this.#writer.push(this.endText());
    this.#open = { ...this.place(), type: "reasoning", text: "", signature, endedAt: null };
  }

  #append(type: "text" | "reasoning", text: string): void {
    if (text === "") return;
    if (type === "text") this.#hasText = true;
    if (this.#open?.type !== type) {
      const ended = this.endText();
      const base = { ...this.place(), text: "", endedAt: null };
      this.#open = type === "text" ? { ...base, type } : { ...base, type, signature: null };
      this.#writer.push([...ended, { type: "part.updated", data: { part: this.#open } }]);
    }
    this.#open = { ...this.#open, text: this.#open.text + text };
    this.#writer.delta(this.#open.id, "text", text);
  }

  #callOf(callId: string, tool: string): ToolPart {
    const known = this.#calls.get(callId);
    if (known) return known;
    const place = this.place();
    const part: ToolPart = {
      ...place,
      type: "tool",
      // The part's id is unique where a provider's is not: the sandbox's journal goes by it.
      callId: place.id,
      tool,
      state: "pending",
      input: null,
      title: tool,
      output: "",
      exitCode: null,
      error: null,
      metadata: { providerCallId: callId },
      decision: null,
      answer: null,
      startedAt: null,
      endedAt: null,
    };
    this.#calls.set(callId, part);
    return part;
  }
}
