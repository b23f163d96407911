import { describe } from "vitest";
import { describeAccess } from "./access-suite.ts";
import { describeBreakOuts } from "./break-out-suite.ts";
import { describeCompanions } from "./companion-suite.ts";
import { describeDriver } from "./driver-suite.ts";
import { describeImages } from "./image-suite.ts";
import { describePulls } from "./pull-suite.ts";
import { testRuntime } from "./test-runtime.ts";

const probing = testRuntime("docker");
const probe = await probing.driver.probe();
await probing.close();

if (probe.ok) {
  describeDriver("docker");
  describeAccess("docker");
  describeBreakOuts("docker");
  describeCompanions();
  describeImages();
  describePulls();
} else {
  console.error(`\n*** The docker driver is NOT tested: ${probe.reason}. ${probe.install} ***\n`);
  describe.skip("docker", () => undefined);
}
