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
    fill: (directory) => writeFile(join(directory, "filled.txt"), "once\n", { flag: "ax" }),
  },
  createRuntime({ dataDirectory, driver: "auto", dockerImage: "none" }),
);
const result = await box.exec({ callId, command, timeoutMs: 60_000 }, { onOutput: (chunk) => process.stdout.write(chunk) });
process.stdout.write(`result ${JSON.stringify(result)}\n`);
process.exit(0);
