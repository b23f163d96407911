import type { z } from "zod";
import { notFound } from "../errors.ts";
import { callWorker } from "../internal-call.ts";
import { addressOf, isHere, machineGone } from "./workers.ts";

/** Below this path a worker answers what has to be done on its machine: `/api/internal/call/<name>`. */
export const machineCallPath = "/api/internal/call/";

const calls = new Map<string, (input: unknown) => Promise<unknown>>();

/**
 * Something that can be done only where certain files lie. Called with that machine's id: done here when they lie here (no
 * hop), else by a worker there, over a signed call whose input and answer are parsed. The caller has proved the tenant; `run`
 * looks up what it is asked for by workspace all the same. Throws what `run` throws there, and UNAVAILABLE for a machine that
 * is gone.
 */
export function machineCall<I extends z.ZodType, O extends z.ZodType>(
  name: string,
  options: { input: I; output: O; timeoutMs: number; run: (input: z.output<I>) => Promise<z.output<O>> },
): (machineId: string | null, input: z.output<I>) => Promise<z.output<O>> {
  const { input: inputSchema, output: outputSchema, timeoutMs, run } = options;
  calls.set(name, (input) => run(inputSchema.parse(input)));
  return async (machineId, input) => {
    if (machineId === null || isHere(machineId)) return run(input);
    const origin = await addressOf(machineId);
    if (origin === null) throw machineGone();
    return outputSchema.parse(await callWorker(machineCallPath + name, input, { timeoutMs, origin }));
  };
}

/** The worker's side: does what another process of ours asks for. */
export function answerMachineCall(name: string, input: unknown): Promise<unknown> {
  const call = calls.get(name);
  if (!call) throw notFound("The call");
  return call(input);
}
