import { describe, it } from "vitest";
import { describeAccess } from "./access-suite.ts";
import { describeBreakOuts } from "./break-out-suite.ts";
import { describeDriver } from "./driver-suite.ts";
import { testRuntime } from "./test-runtime.ts";

const probing = testRuntime("bubblewrap");
const probe = await probing.driver.probe();
await probing.close();

if (probe.ok) {
  describeDriver("bubblewrap");
  describeAccess("bubblewrap");
  describeBreakOuts("bubblewrap");
} else if (process.env.CI) {
  describe("bubblewrap", () => {
    it("works on the machine that checks it", () => {
      throw new Error(`${probe.reason}. ${probe.install}`);
    });
  });
} else {
  console.error(`\n*** bubblewrap is NOT tested: ${probe.reason}. ${probe.install} ***\n`);
  describe.skip("bubblewrap", () => undefined);
}
