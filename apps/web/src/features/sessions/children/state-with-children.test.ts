import { expect, test } from "vitest";
import { stateWithChildren } from "./state-with-children.ts";

test("a session that runs waits while a sub-agent asks; in all other states it stands as it is", () => {
  const asking = { requests: ["may I?"] };
  expect(stateWithChildren("running", [{ requests: [] }])).toBe("running");
  expect(stateWithChildren("running", [{ requests: [] }, asking])).toBe("waiting");
  expect(stateWithChildren("failed", [asking])).toBe("failed");
  expect(stateWithChildren("idle", [asking])).toBe("idle");
});
