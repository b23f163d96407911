import { createServer, type Server } from "node:http";
import { answerInternalCall } from "@opencode/worker/src/internal-calls.ts";

/** The part of a worker that answers the web about its sandboxes, in this process. */
export async function startLocalWorker(port: number): Promise<Server> {
  const worker = createServer(async (incoming, response) => {
    const body = (await incoming.toArray()).join("");
    const answer = await answerInternalCall(incoming.headers, incoming.url ?? "", body);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve, reject) => worker.once("error", reject).listen(port, "127.0.0.1", resolve));
  return worker.unref();
}
