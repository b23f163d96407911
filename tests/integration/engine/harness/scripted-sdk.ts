import { createServer, type IncomingMessage } from "node:http";

/** One call as the server makes it and what the SDK answers; what is left out has the default. */
export interface ScriptedCall {
  readonly fn: string;
  readonly step: string;
  readonly attempt?: number;
  readonly maxAttempts?: number;
  readonly parallel?: boolean;
  readonly version?: number;
  readonly generation?: number;
  readonly stack?: string[];
  readonly current?: number;
  /** `"*"` stands for any value. */
  readonly memos?: Record<string, unknown>;
  readonly checkpoints?: unknown[];
  readonly answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body: unknown };
}

/** A call as it came in. */
export interface SeenCall {
  readonly headers: IncomingMessage["headers"];
  readonly body: {
    ctx: Record<string, unknown>;
    event: Record<string, unknown>;
    events: unknown[];
    steps: Record<string, unknown>;
    version: number;
    use_api: boolean;
  };
  readonly shape: ScriptedCall;
}

/** The same defaults for what was expected and what came. */
export function withDefaults(call: ScriptedCall): Record<string, unknown> {
  const { stack = [] } = call;
  return {
    fn: call.fn,
    step: call.step,
    attempt: call.attempt ?? 0,
    maxAttempts: call.maxAttempts ?? 5,
    parallel: call.parallel ?? false,
    version: call.version ?? 2,
    generation: call.generation ?? 1,
    stack,
    current: call.current ?? stack.length,
    memos: call.memos ?? {},
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export interface ScriptedSdk {
  readonly url: string;
  readonly seen: SeenCall[];
  close(): Promise<void>;
}

/** An SDK that answers from a script: `answer` gets each call and what it should be answered, and may wait before it resolves. */
export async function startScriptedSdk(answer: (call: SeenCall) => Promise<ScriptedCall["answer"]>): Promise<ScriptedSdk> {
  const seen: SeenCall[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://sdk");
    const body = JSON.parse(await readText(request)) as SeenCall["body"];
    const { ctx } = body;
    const stack = ctx.stack as { stack: string[]; current: number };
    const shape = {
      fn: url.searchParams.get("fnId") ?? "",
      step: url.searchParams.get("stepId") ?? "",
      attempt: ctx.attempt as number,
      maxAttempts: ctx.max_attempts as number,
      parallel: ctx.disable_immediate_execution as boolean,
      version: body.version,
      generation: ctx.generation_id as number,
      stack: stack.stack,
      current: stack.current,
      memos: body.steps,
      answer: { status: 500, body: null },
    };
    const call = { headers: request.headers, body, shape };
    seen.push(call);
    const { status, headers, body: reply } = await answer(call);
    response.writeHead(status, {
      "content-type": "application/json",
      "x-inngest-sdk": "inngest-js:v4.24.0",
      "x-inngest-req-version": "2",
      ...headers,
    });
    response.end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the scripted SDK has no port");
  return {
    url: `http://127.0.0.1:${address.port}/api/inngest`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
