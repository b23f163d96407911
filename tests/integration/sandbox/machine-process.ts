import { holdSandbox, releaseSandbox } from "@opencode/core/modules/sessions/agent-loop/held-sandbox.ts";
import { closeDatabase } from "@opencode/core/platform/database/database.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";

// What a turn's first tool call does on the machine whose DATA_DIR this process has: the session's sandbox is made, or made again.
const [workspace, session] = process.argv.slice(2);
const key = { workspaceId: idSchema("workspace").parse(workspace), sessionId: idSchema("session").parse(session) };
await holdSandbox(key);
await releaseSandbox(key);
process.stdout.write("made\n");
await closeDatabase();
process.exit(0);
