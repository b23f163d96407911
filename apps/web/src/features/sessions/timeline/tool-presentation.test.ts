import { stoppedCallError } from "@opencode/core/modules/sessions/contract.ts";
import { expect, test } from "vitest";
import { standingOf } from "./tool-presentation.ts";

test("a call that the user stopped is told from one that went wrong", () => {
  const call = { state: "completed", error: null, exitCode: 0 } as const;
  expect(standingOf(call)).toBe("done");
  expect(standingOf({ ...call, exitCode: 1 })).toBe("failed");
  expect(standingOf({ ...call, exitCode: null, state: "error", error: "no such file" })).toBe("failed");
  expect(standingOf({ ...call, exitCode: null, state: "error", error: stoppedCallError })).toBe("stopped");
  // A program's own word is no stop.
  expect(standingOf({ ...call, exitCode: 134, error: stoppedCallError })).toBe("failed");
  expect(standingOf({ ...call, exitCode: null, state: "pending" })).toBe("active");
  expect(standingOf({ ...call, exitCode: null, state: "waiting" })).toBe("waiting");
});
