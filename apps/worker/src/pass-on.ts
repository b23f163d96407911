import { request as httpRequest, IncomingMessage, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import { findUploadMachine } from "@opencode/core/modules/repositories/index.ts";
import { findSandboxMachine } from "@opencode/core/modules/sandbox/index.ts";
import { env } from "@opencode/core/platform/env.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import { logger } from "@opencode/core/platform/logger.ts";
import { addressOf, isHere, liveWorkers } from "@opencode/core/platform/machines/workers.ts";
import { z } from "zod";

/** Says that a call has been passed on already: nobody passes it on again. */
const passedOn = "x-opencode-passed-on";

/** What a call of the engine tells us of whom it is about. */
const callSchema = z.object({
  event: z.object({
    data: z.object({
      workspaceId: idSchema("workspace"),
      sessionId: idSchema("session").optional(),
      repositoryId: idSchema("repository").optional(),
    }),
  }),
});

/**
 * The engine's call, if this worker is to carry it out; null: it was passed on, whole and as it was signed, to the machine that
 * holds the session's files, or the engine was asked to come again. A machine that is gone holds nothing: then it is carried
 * out here. With one machine no call is looked into.
 */
export async function passOn(request: IncomingMessage, response: ServerResponse): Promise<IncomingMessage | null> {
  if (env().SINGLE_MACHINE || request.method !== "POST" || request.headers[passedOn] !== undefined) return request;
  try {
    if ((await liveWorkers()).every(({ machineId }) => isHere(machineId))) return request;
    const body = Buffer.concat(await request.toArray());
    const machineId = await findMachine(body);
    const address = machineId === null || isHere(machineId) ? null : await addressOf(machineId);
    if (address === null) return again(request, body);
    send(new URL(request.url ?? "/", address), request, body, response);
  } catch (error) {
    logger.warn({ err: error }, "worker: whose a call is could not be looked up; the engine makes it again");
    comeAgain(response);
  }
  return null;
}

function comeAgain(response: ServerResponse): void {
  response.writeHead(503, { "retry-after": "5" }).end();
}

async function findMachine(body: Buffer): Promise<string | null> {
  let call: z.infer<typeof callSchema>;
  try {
    call = callSchema.parse(JSON.parse(body.toString("utf8")));
  } catch {
    return null; // about nobody's files
  }
  const { workspaceId, sessionId, repositoryId } = call.event.data;
  if (sessionId) return findSandboxMachine({ workspaceId, sessionId });
  return repositoryId ? findUploadMachine({ workspaceId, repositoryId }) : null;
}

/** The request with its body to be read once more. */
function again(request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  // What is not complete takes its connection with it when it ends.
  Object.assign(copy, { headers: request.headers, method: request.method, url: request.url, complete: true });
  copy.push(body);
  copy.push(null);
  return copy;
}

function send(url: URL, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { connection: _connection, "transfer-encoding": _encoding, ...headers } = request.headers;
  const outgoing = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
    method: "POST",
    headers: { ...headers, "content-length": body.length, [passedOn]: "1" },
    agent: false,
  });
  outgoing.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.once("error", () => response.destroy());
  });
  outgoing.once("error", (error) => {
    logger.warn({ err: error, host: url.host }, "worker: a call could not be passed on; the engine makes it again");
    if (response.headersSent) response.destroy();
    else comeAgain(response);
  });
  response.once("close", () => outgoing.destroy());
  outgoing.end(body);
}
