import { WireFault } from "./wire-fault.ts";

interface Patience {
  /** until the first sign of life */
  readonly firstByteTimeoutMs: number;
  /** between two signs of life */
  readonly idleTimeoutMs: number;
}

/**
 * Runs a stream that may fall silent. `open` gets a signal to hand to the wire and `touch` for every sign of life;
 * each event counts as one. Ends with a WireFault of kind "timeout" when the patience is over and "aborted" when
 * the caller's signal fires, also while the wire ignores both.
 */
export async function* guardStream<T>(
  open: (signal: AbortSignal, touch: () => void) => AsyncGenerator<T>,
  caller: AbortSignal,
  patience: Patience,
): AsyncGenerator<T> {
  const controller = new AbortController();
  const stop = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  stop.catch(() => undefined);
  const onCallerAbort = () => controller.abort(new WireFault({ kind: "aborted" }));
  if (caller.aborted) onCallerAbort();
  caller.addEventListener("abort", onCallerAbort, { once: true });

  let timer: NodeJS.Timeout | undefined;
  const arm = (ms: number, what: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new WireFault({ kind: "timeout", detail: `${what} within ${ms / 1_000} s` })), ms);
    timer.unref();
  };
  const touch = () => arm(patience.idleTimeoutMs, "nothing came");
  const stream = open(controller.signal, touch);
  arm(patience.firstByteTimeoutMs, "no first byte came");
  try {
    while (true) {
      const next = stream.next();
      next.catch(() => undefined);
      const result = await Promise.race([next, stop]);
      if (result.done) return;
      // The consumer may take its time; that is no silence of the wire.
      clearTimeout(timer);
      yield result.value;
      touch();
    }
  } finally {
    clearTimeout(timer);
    caller.removeEventListener("abort", onCallerAbort);
    controller.abort(new WireFault({ kind: "aborted" }));
    stream.return(undefined).catch(() => undefined);
  }
}
