/**
 * The worker's HTTP side alone, in a process of its own. Arguments: the port. Says "up", and each hint of the topic
 * "heard" that reaches it; sends what its parent tells it to.
 */
import { listenLive } from "@opencode/core/platform/live/live-hub.ts";
import { sendHint } from "@opencode/core/platform/live/stream-transport.ts";
import { createWorkerServer } from "../../../../apps/worker/src/http-server.ts";

const port = Number(process.argv[2]);
listenLive("heard", (hint) => process.send?.(hint));
process.on("message", (hint: Parameters<typeof sendHint>[0]) => sendHint(hint));
process.on("disconnect", () => process.exit(0));
createWorkerServer(`http://127.0.0.1:${port}`).server.listen(port, "127.0.0.1", () => process.send?.("up"));
