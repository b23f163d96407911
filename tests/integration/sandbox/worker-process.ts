import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRuntime } from "@opencode/core/modules/sandbox/drivers.ts";
import { openSandbox } from "@opencode/core/modules/sandbox/open-sandbox.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";

// A worker that is there to be killed: opens the session's sandbox, runs one command, prints what comes of it.
const [dataDirectory = "", workspace, session, callId = "", command = ""] = process.argv.slice(2);
const box = await openSandbox(
  {
    workspaceId: idSchema("workspace").parse(workspace),
    sessionId: idSchema("session").parse(session),
    fill: async (directory) => {
      await writeFile(join(directory, "filled.txt"), "once\n", { flag: "ax" });
      if (command !== "hang") return;
      process.stdout.write("filling\n");
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    },
  },
  createRuntime({ dataDirectory, driver: "auto", dockerImage: "none" }),
);
const result = await box.exec({ callId, command, timeoutMs: 60_000 }, { onOutput: (chunk) => process.stdout.write(chunk) });
process.stdout.write(`result ${JSON.stringify(result)}\n`);
process.exit(0);
