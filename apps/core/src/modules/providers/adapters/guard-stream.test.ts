import { afterEach, describe, expect, it, vi } from "vitest";
import { guardStream } from "./guard-stream.ts";
import { WireFault } from "./wire-fault.ts";

const patience = { firstByteTimeoutMs: 80, idleTimeoutMs: 40 };
const never = () => new Promise<never>(() => undefined);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function collect<T>(stream: AsyncGenerator<T>): Promise<{ items: T[]; fault: WireFault | null }> {
  const items: T[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items, fault: null };
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    return { items, fault: error };
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe("guardStream", () => {
  it("passes everything on", async () => {
    const stream = guardStream(
      async function* () {
        yield 1;
        yield 2;
      },
      new AbortController().signal,
      patience,
    );
    expect(await collect(stream)).toEqual({ items: [1, 2], fault: null });
  });

  it("ends a stream that never begins, also one that ignores the signal", async () => {
    const stream = guardStream(
      async function* () {
        await never();
        yield 1;
      },
      new AbortController().signal,
      patience,
    );
    expect((await collect(stream)).fault).toMatchObject({ kind: "timeout", detail: "no first byte came within 0.08 s" });
  });

  it("ends a stream that falls silent", async () => {
    const stream = guardStream(
      async function* () {
        yield 1;
        await never();
      },
      new AbortController().signal,
      patience,
    );
    const { items, fault } = await collect(stream);
    expect(items).toEqual([1]);
    expect(fault).toMatchObject({ kind: "timeout", detail: "nothing came within 0.04 s" });
  });

  it("counts signs of life that make no event", async () => {
    vi.useFakeTimers();
    const stream = guardStream(
      async function* (_, touch) {
        for (let round = 0; round < 6; round += 1) {
          await pause(30);
          touch();
        }
        yield 1;
      },
      new AbortController().signal,
      patience,
    );
    const collected = collect(stream);
    await vi.advanceTimersByTimeAsync(6 * 30);
    expect(await collected).toEqual({ items: [1], fault: null });
  });

  it("does not hold a slow consumer against the wire", async () => {
    const stream = guardStream(
      async function* () {
        yield 1;
        yield 2;
      },
      new AbortController().signal,
      patience,
    );
    await stream.next();
    await pause(100);
    expect(await stream.next()).toEqual({ done: false, value: 2 });
  });

  it("tells the wire when the caller aborts, or takes no more", async () => {
    const signals: AbortSignal[] = [];
    const open = async function* (signal: AbortSignal) {
      signals.push(signal);
      yield 1;
      await never();
    };
    const controller = new AbortController();
    const aborted = collect(guardStream(open, controller.signal, { ...patience, idleTimeoutMs: 10_000 }));
    controller.abort();
    expect((await aborted).fault).toMatchObject({ kind: "aborted" });
    for await (const _ of guardStream(open, new AbortController().signal, patience)) break;
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
  });
});
