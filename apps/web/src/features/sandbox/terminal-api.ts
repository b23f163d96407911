import { type TerminalAction, type TerminalOutput, terminalOutputSchema } from "@opencode/core/modules/sandbox/contract.ts";
import { z } from "zod";

const retryMs = 1_500;
const answerSchema = z.object({ state: z.enum(["none", "open"]), created: z.boolean() });
const refusalSchema = z.object({ detail: z.string() });
const troubleSchema = z.object({ message: z.string() });

/** From where on the output is wanted: an offset in that of one shell. */
export interface TerminalPosition {
  readonly shell: string;
  readonly offset: number;
}

interface Follower {
  position(): TerminalPosition;
  onOutput(output: TerminalOutput, bytes: Uint8Array): void;
  /** null: it is over, also when there is nothing new to show */
  onTrouble(message: string | null): void;
}

/** The calls of a session's terminal. */
export function terminalApi(sessionId: string, workspaceSlug: string) {
  const address = `/api/terminal/${encodeURIComponent(sessionId)}?workspace=${encodeURIComponent(workspaceSlug)}`;
  return {
    /** Throws an error in words for people. */
    act: async (action: TerminalAction): Promise<z.infer<typeof answerSchema>> => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(action) });
      if (response.ok) return answerSchema.parse(await response.json());
      const refusal = refusalSchema.safeParse(await response.json().catch(() => null));
      throw new Error(refusal.success ? refusal.data.detail : `The terminal could not be reached (${response.status}).`);
    },
    /** Follows the output until the returned function is called; a lost connection is made again where it was lost. */
    follow: (follower: Follower) => follow(address, follower),
  };
}

function follow(address: string, { position, onOutput, onTrouble }: Follower): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const connect = () => {
    const { shell, offset } = position();
    const opened = new EventSource(`${address}&shell=${encodeURIComponent(shell)}&after=${offset}`);
    source = opened;
    opened.onopen = () => onTrouble(null);
    opened.onmessage = (message: MessageEvent<string>) => {
      const output = terminalOutputSchema.safeParse(JSON.parse(message.data));
      if (output.success) onOutput(output.data, bytesOf(output.data.data));
    };
    opened.addEventListener("trouble", (event) => {
      const trouble = troubleSchema.safeParse(JSON.parse(event instanceof MessageEvent ? String(event.data) : "null"));
      onTrouble(trouble.success ? trouble.data.message : "The terminal can’t be read just now.");
    });
    opened.onerror = () => {
      opened.close();
      if (source !== opened) return;
      source = null;
      onTrouble("The connection was lost; it is made again.");
      timer = setTimeout(connect, retryMs);
    };
  };
  connect();
  return () => {
    if (timer) clearTimeout(timer);
    const last = source;
    source = null;
    last?.close();
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
