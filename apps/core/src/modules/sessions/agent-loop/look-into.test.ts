import { expect, test, vi } from "vitest";
import { newId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { lookInto } from "./look-into.ts";

vi.mock(import("../../../platform/database/database.ts"), async (original) => ({
  ...(await original()),
  withTenant: () => Promise.reject(new Error("the database is away")),
}));

test("a look that fails is no failure of the call that it is for", async () => {
  const look = lookInto({ workspaceId: newId("workspace"), sessionId: newId("session") });
  expect(await look.now("/workspace/run.sh")).toBe("unknown");
  expect(await look.before("/workspace/run.sh")).toBeNull();
});

test("the looks of one call have a time together: what is not seen by then is unknown", async () => {
  const ended = AbortSignal.abort();
  vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(ended);
  const look = lookInto({ workspaceId: newId("workspace"), sessionId: newId("session") });
  expect(await look.now("/etc/profile")).toBe("unknown");
  expect(AbortSignal.timeout).toHaveBeenCalledExactlyOnceWith(limits.tool.looksTimeoutMs);
});
